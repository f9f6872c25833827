// oracle.mjs - what mailparser and postal-mime make of the cases
// usage: node oracle.mjs NODE_MODULES DIRECTORY >BLOBS
// A JSON object a line for oracle.py: file, reader, texts and blobs (attachments), all in base64. Messages that
// lie in a message as attachments are parsed in turn.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, directory] = process.argv.slice(2);
const require = createRequire(join(resolve(modules), "x.js"));
const { simpleParser } = require("mailparser");
const PostalMime = (await import(pathToFileURL(require.resolve("postal-mime")))).default;
const DEPTH = 6;

const bytes = (content) =>
    typeof content === "string" ? Buffer.from(content, "utf8") : Buffer.from(content ?? []);

const isMessage = (a) =>
    /^message\//i.test(a.contentType ?? a.mimeType ?? "") || /\.(eml|mht)$/i.test(a.filename ?? "");

async function mailparser(text) {
    const m = await simpleParser(text, { skipTextToHtml: true, skipHtmlToText: true, skipImageLinks: true });
    return { texts: [m.text, m.html], attachments: m.attachments };
}

async function postal(text, options) {
    const m = await PostalMime.parse(text, options);
    return { texts: [m.text, m.html], attachments: m.attachments };
}

const readers = {
    mailparser,
    "postal-mime": (text) => postal(text, { attachmentEncoding: "arraybuffer" }),
    "postal-mime-attached": (text) =>
        postal(text, { attachmentEncoding: "arraybuffer", rfc822Attachments: true, forceRfc822Attachments: true }),
};

async function collect(read, text, depth, out) {
    let m;
    try {
        m = await read(text);
    } catch {
        return;
    }
    out.texts.push(...m.texts.filter((t) => t).map(bytes));
    for (const a of m.attachments ?? []) {
        const content = bytes(a.content);
        out.blobs.push(content);
        if (isMessage(a) && depth < DEPTH) await collect(read, content, depth + 1, out);
    }
}

const encoded = (list) => list.filter((b) => b.length && b.length < 1 << 20).map((b) => b.toString("base64"));

for (const line of readFileSync(join(directory, "manifest"), "utf8").split("\n")) {
    const file = line.split("\t")[0];
    if (!file) continue;
    const text = readFileSync(join(directory, file));
    for (const [reader, read] of Object.entries(readers)) {
        const out = { texts: [], blobs: [] };
        await collect(read, text, 0, out);
        process.stdout.write(
            JSON.stringify({ file, reader, texts: encoded(out.texts), blobs: encoded(out.blobs) }) + "\n");
    }
}
