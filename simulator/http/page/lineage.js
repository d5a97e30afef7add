/*
 * lineage.js - what comes from what: instance -> volume -> snapshot -> AMI -> its copies and instances.
 *
 * A node is a resource of the overview (`raw`) with one `parent`, the relation to it (`via`, a word of words.js) and
 * its `children`, the newest first. What others come from and is no longer there is a node too (`gone`); an AMI that
 * was there from the start is `given`.
 */

/* In the order in which one comes from the other. */
export const KINDS = ["instances", "volumes", "snapshots", "images"];
const KIND_OF = {instances: "instance", volumes: "volume", snapshots: "snapshot", images: "image"};
const NO_VOLUME = "vol-ffffffff"; /* what AWS shows as the volume of a copied snapshot */

function addNode(nodes, kind, raw, more) {
	const node = {kind, raw, id: raw.id, parent: null, via: "", children: [], ...more};
	nodes.set(raw.id, node);
	return node;
}

/* Something that others come from and that is not there any more. */
function ghost(nodes, kind, id, like) {
	return nodes.get(id) || addNode(nodes, kind, {id, account: like.account, region: like.region}, {gone: true});
}

function readNodes(overview) {
	const nodes = new Map();

	for (const raw of overview.others || [])
		addNode(nodes, "image", raw, {gone: raw.gone, given: !raw.gone});
	for (const kind of KINDS)
		for (const raw of overview[kind] || [])
			addNode(nodes, KIND_OF[kind], raw);
	return nodes;
}

const link = (node, parent, via) => {
	if (parent && !node.parent && parent !== node) {
		node.parent = parent;
		node.via = via;
	}
};

/* A copy says what it was copied from and no instance; an image of an instance says both. */
const isCopy = (raw) => raw.source_image && !raw.source_instance;

const LINKS = {
	instance: (nodes, node) => link(node, nodes.get(node.raw.image), "viaLaunch"),
	volume: (nodes, node) => {
		const [first] = (node.raw.instances || []).map((id) => nodes.get(id)).filter(Boolean);
		if (first && first.raw.created === node.raw.created) /* it was made by the launch */
			link(node, first, "viaVolume");
		link(node, nodes.get(node.raw.snapshot), "viaRestored");
		link(node, first, "viaAttached");
	},
	snapshot: (nodes, node) => {
		if (node.raw.volume && node.raw.volume !== NO_VOLUME)
			link(node, ghost(nodes, "volume", node.raw.volume, node.raw), "viaSnapshot");
	},
	image: (nodes, node) => {
		const [root] = (node.raw.snapshots || []).map((id) => nodes.get(id)).filter(Boolean);
		if (isCopy(node.raw)) {
			link(node, nodes.get(node.raw.source_image), "viaCopy");
			for (const id of node.raw.snapshots || [])
				if (nodes.has(id))
					link(nodes.get(id), node, "viaPart");
		}
		link(node, root, "viaImage");
		if (node.raw.source_instance)
			linkInstance(nodes, node);
		link(node, nodes.get(node.raw.source_image), "viaCopy");
	},
};

/* The way from an instance to its image, through volumes and an instance that may be gone by now. */
function linkInstance(nodes, image) {
	const instance = ghost(nodes, "instance", image.raw.source_instance, image.raw);
	const volume = image.parent?.parent;

	link(instance, nodes.get(image.raw.source_image), "viaLaunch");
	if (volume?.kind === "volume")
		link(volume, instance, "viaVolume");
	link(image, instance, "viaCreated");
}

function linkNodes(nodes) {
	const all = [...nodes.values()];

	for (const kind of ["instance", "volume", "snapshot", "image"])
		for (const node of all)
			if (node.kind === kind && !node.given && !node.gone)
				LINKS[kind](nodes, node);
	for (const node of nodes.values())
		if (node.parent)
			node.parent.children.push(node);
	for (const node of nodes.values())
		node.children.reverse(); /* the newest first */
}

export function ancestors(node) {
	const line = [], seen = new Set([node]);

	for (let up = node.parent; up && !seen.has(up); up = up.parent) {
		seen.add(up);
		line.unshift(up);
	}
	return line;
}

/* All nodes by id. */
export function nodesOf(overview) {
	const nodes = readNodes(overview);

	linkNodes(nodes);
	return nodes;
}
