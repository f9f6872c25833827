// oracle.mjs - what mailparser and postal-mime make of the cases
// usage: node oracle.mjs NODE_MODULES DIRECTORY >BLOBS
// A JSON object a line for oracle.py: file, reader, blobs (each part, text or attachment, in base64). Messages
// that lie in a message as attachments are parsed in turn.
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

async function blobs(read, text, depth) {
    let m;
    try {
        m = await read(text);
    } catch {
        return [];
    }
    const out = m.texts.filter((t) => t).map(bytes);
    for (const a of m.attachments ?? []) {
        const content = bytes(a.content);
        out.push(content);
        if (isMessage(a) && depth < DEPTH) out.push(...(await blobs(read, content, depth + 1)));
    }
    return out;
}

for (const line of readFileSync(join(directory, "manifest"), "utf8").split("\n")) {
    const file = line.split("\t")[0];
    if (!file) continue;
    const text = readFileSync(join(directory, file));
    for (const [reader, read] of Object.entries(readers)) {
        const found = (await blobs(read, text, 0)).filter((b) => b.length && b.length < 1 << 20);
        process.stdout.write(
            JSON.stringify({ file, reader, blobs: found.map((b) => b.toString("base64")) }) + "\n");
    }
}
