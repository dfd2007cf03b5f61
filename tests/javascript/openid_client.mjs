// The whole way of an app with openid-client: node openid_client.mjs ISSUER CLIENT_ID SECRET REDIRECT_URI SCOPE
// Prints the address to open, reads where the browser was sent back to, prints what became of it.
import * as client from "openid-client";
import { createInterface } from "node:readline/promises";

const [issuer, id, secret, redirect_uri, scope] = process.argv.slice(2);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

const way = secret ? client.ClientSecretPost(secret) : client.None();
const options = { algorithm: "oauth2", execute: [client.allowInsecureRequests] };
const config = await client.discovery(new URL(issuer), id, undefined, way, options);

const pkceCodeVerifier = client.randomPKCECodeVerifier();
const code_challenge = await client.calculatePKCECodeChallenge(pkceCodeVerifier);
const expectedState = client.randomState();
const question = { redirect_uri, scope, state: expectedState, code_challenge, code_challenge_method: "S256" };
console.log(client.buildAuthorizationUrl(config, question).href);

const back = new URL((await lines.next()).value);
const first = await client.authorizationCodeGrant(config, back, { pkceCodeVerifier, expectedState });
const read = async (tokens, path) => {
  const place = new URL(`${issuer}/api/v1/${path}/`);
  return (await client.fetchProtectedResource(config, tokens.access_token, place, "GET")).status;
};
const told = { scope: first.scope, first: await read(first, "jobs") };
const fresh = await client.refreshTokenGrant(config, first.refresh_token);
told.fresh = await read(fresh, "candidates");
if (secret) told.active = (await client.tokenIntrospection(config, fresh.access_token)).active;
await client.tokenRevocation(config, fresh.refresh_token);
told.revoked = await read(fresh, "jobs").catch((error) => error.status);
told.refused = await client.refreshTokenGrant(config, fresh.refresh_token).catch((error) => error.error);
console.log(JSON.stringify(told));
process.exit();
