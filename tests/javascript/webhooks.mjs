// A receiver as docs/api.md tells to write it: reads a JSON list of {secret, headers, body} from its input, and prints
// for each the type of the fact, or why it is refused.
import { Webhook } from "standardwebhooks";
import { text } from "node:stream/consumers";

const verified = async (request, secret) =>
  new Webhook(secret).verify(await request.text(), Object.fromEntries(request.headers));

for (const { secret, headers, body } of JSON.parse(await text(process.stdin))) {
  const request = new Request("http://localhost/hook", { method: "POST", headers, body });
  console.log(await verified(request, secret).then((fact) => fact.type, (error) => error.message));
}
