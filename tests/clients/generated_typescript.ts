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

/** Wait until the comments are scored and stand in the queue; return their versions. */
async function queued(...ids: string[]): Promise<Map<string, number>> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const { data, error } = await client.GET("/api/v1/queue/", {
      params: { query: { limit: 10 } },
    });
    expect(data !== undefined, JSON.stringify(error));
    const found = new Map(data.results.map((comment) => [comment.id, comment.version]));
    if (ids.every((id) => found.has(id))) return found;
    await new Promise((wake) => setTimeout(wake, 100));
  }
  throw new Error("they are not in the queue");
}

async function roundTrip(): Promise<void> {
  const spam = await submit("Bo", "I sell baskets like these, ask me for the price.");
  const ham = await submit("Ida", "My aunt still has such a basket.");
  const versions = await queued(spam, ham);
  const decided = await client.POST("/api/v1/queue/{comment_id}/decision/", {
    params: { path: { comment_id: spam } },
    body: { status: "spam", seen_version: versions.get(spam) },
  });
  expect(decided.data?.to === "spam", JSON.stringify(decided.error));
  const undone = await client.POST("/api/v1/decisions/{decision_id}/undo/", {
    params: { path: { decision_id: decided.data.id } },
  });
  expect(undone.data?.undoes === decided.data.id, JSON.stringify(undone.error));
  console.log("round trip");
}

roundTrip();
