// endpoint-sdk - AWS calls with the SDK for JavaScript, for diff_endpoint_js.py:
//
//     node endpoint-sdk.mjs FOLDER      FOLDER holds package.json and node_modules
//
// A request is a line of JSON {url, service, operation, key, secret, region, request}; its answer a line
// {answer}, {fault: {code, text, status}}, {skip: why} or {refused: message}. In documents {$time: text}
// is a Date and {$blob: base64} are bytes, on both ways; {$whole: digits} is a number.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { join } from "node:path";

const require = createRequire(join(process.argv[2], "package.json"));
const names = { ec2: "EC2", sts: "STS", kms: "KMS", ssm: "SSM", rbin: "Rbin" };
const clients = new Map();

function typed(value) {
	if (Array.isArray(value)) return value.map(typed);
	if (value === null || typeof value !== "object") return value;
	if ("$time" in value) return new Date(value.$time);
	if ("$whole" in value) return Number(value.$whole);
	if ("$blob" in value) return new Uint8Array(Buffer.from(value.$blob, "base64"));
	return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, typed(member)]));
}

function marked(value) {
	if (Array.isArray(value)) return value.map(marked);
	if (value instanceof Date) return { $time: value.toISOString() };
	if (value instanceof Uint8Array) return { $blob: Buffer.from(value).toString("base64") };
	if (value === null || typeof value !== "object") return value;
	return Object.fromEntries(
		Object.entries(value)
			.filter(([, member]) => member !== undefined)
			.map(([name, member]) => [name, marked(member)]),
	);
}

// One client a place and key; those of another session's server are let go.
function client(sdk, call) {
	const what = [call.url, call.service, call.region, call.key].join(" ");
	if (!clients.has(what)) {
		for (const [name, old] of clients) {
			if (name.startsWith(call.url + " ")) continue;
			old.destroy();
			clients.delete(name);
		}
		clients.set(
			what,
			new sdk[names[call.service] + "Client"]({
				endpoint: call.url,
				region: call.region,
				credentials: { accessKeyId: call.key, secretAccessKey: call.secret },
				maxAttempts: 1, // each attempt is a tick of the world's clock
			}),
		);
	}
	return clients.get(what);
}

// The class of a modelled error has its shape's name, which may be another than the code; and where a
// service says nothing (as SSM for ParameterNotFound) the SDK has words of its own.
function told(error) {
	return {
		code: error.Code ?? error.name,
		text: error.message === "UnknownError" ? "" : error.message,
		status: error.$metadata.httpStatusCode,
	};
}

async function make(call) {
	const sdk = require("@aws-sdk/client-" + call.service);
	const Command = sdk[call.operation + "Command"];
	if (!Command) return { skip: `operations that its ${call.service} does not have` };
	try {
		const { $metadata, ...answer } = await client(sdk, call).send(new Command(typed(call.request)));
		return { answer: marked(answer) };
	} catch (error) {
		if (error.$metadata?.httpStatusCode && error.$fault) {
			return { fault: told(error) };
		}
		if (/^Empty value provided for input HTTP label/.test(error.message)) {
			return { skip: "empty parts of a path, which it refuses itself" };
		}
		return { refused: String(error.stack) };
	}
}

for await (const line of createInterface({ input: process.stdin })) {
	process.stdout.write(JSON.stringify(await make(JSON.parse(line))) + "\n");
}
process.exit(0);
