// The whole way of an app with oauth4webapi: node oauth4webapi.mjs ISSUER CLIENT_ID SECRET REDIRECT_URI SCOPE
// Prints the address to open, reads where the browser was sent back to, prints what became of it.
import * as oauth from "oauth4webapi";
import { createInterface } from "node:readline/promises";

const [issuer, client_id, secret, redirect_uri, scope] = process.argv.slice(2);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const http = { [oauth.allowInsecureRequests]: true };

const found = await oauth.discoveryRequest(new URL(issuer), { algorithm: "oauth2", ...http });
const server = await oauth.processDiscoveryResponse(new URL(issuer), found);
const client = { client_id };
const way = secret ? oauth.ClientSecretBasic(secret) : oauth.None();

const verifier = oauth.generateRandomCodeVerifier();
const state = oauth.generateRandomState();
const address = new URL(server.authorization_endpoint);
address.search = new URLSearchParams({
  client_id, redirect_uri, scope, state,
  response_type: "code",
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
  code_challenge_method: "S256",
});
console.log(address.href);

const given = oauth.validateAuthResponse(server, client, new URL((await lines.next()).value), state);
const exchanged = await oauth.authorizationCodeGrantRequest(server, client, way, given, redirect_uri, verifier, http);
const first = await oauth.processAuthorizationCodeResponse(server, client, exchanged);
const read = async (tokens, path) => {
  const place = new URL(`${issuer}/api/v1/${path}/`);
  return (await oauth.protectedResourceRequest(tokens.access_token, "GET", place, undefined, undefined, http)).status;
};
const refresh = async (tokens) => {
  const answer = await oauth.refreshTokenGrantRequest(server, client, way, tokens.refresh_token, http);
  return oauth.processRefreshTokenResponse(server, client, answer);
};
const told = { scope: first.scope, first: await read(first, "jobs") };
const fresh = await refresh(first);
told.fresh = await read(fresh, "candidates");
if (secret) {
  const answer = await oauth.introspectionRequest(server, client, way, fresh.access_token, http);
  told.active = (await oauth.processIntrospectionResponse(server, client, answer)).active;
}
await oauth.processRevocationResponse(await oauth.revocationRequest(server, client, way, fresh.refresh_token, http));
told.revoked = await read(fresh, "jobs").catch((error) => error.status);
told.refused = await refresh(fresh).catch((error) => error.error);
console.log(JSON.stringify(told));
process.exit();
