// The README's round trip, typed by what openapi-typescript wrote from the schema.
import createClient from "openapi-fetch";
import type { paths } from "./winnow.js";

declare const process: { argv: string[] };
const [url, key] = process.argv.slice(2);
const client = createClient<paths>({
  baseUrl: url,
  headers: { Authorization: `Bearer ${key}` },
});

function expect(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

async function submit(name: string, body: string): Promise<string> {
  const { data, error } = await client.POST("/api/v1/comments/", {
    body: { article: { url: "https://blog.example/post/" }, author: { name }, body },
  });
  expect(data !== undefined, JSON.stringify(error));
  return data.id;
}

async function roundTrip(): Promise<void> {
  const spam = await submit("Cheap Watches", "BUY REPLICA WATCHES http://watches.example/");
  const ham = await submit("Ida", "My aunt still has such a basket.");
  const queue = await client.GET("/api/v1/queue/", { params: { query: { limit: 10 } } });
  expect(queue.data !== undefined, JSON.stringify(queue.error));
  const ids = queue.data.results.map((comment) => comment.id);
  expect(ids.includes(spam) && ids.includes(ham), "both are in the queue");
  const decided = await client.POST("/api/v1/queue/{comment_id}/decision/", {
    params: { path: { comment_id: spam } },
    body: { status: "spam", seen_version: queue.data.results[0].version },
  });
  expect(decided.data?.to === "spam", JSON.stringify(decided.error));
  const undone = await client.POST("/api/v1/decisions/{decision_id}/undo/", {
    params: { path: { decision_id: decided.data.id } },
  });
  expect(undone.data?.undoes === decided.data.id, JSON.stringify(undone.error));
  console.log("round trip");
}

roundTrip();
