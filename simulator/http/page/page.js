/*
 * page.js - the live page: follows the endpoint's events, fetches what the world holds after a change, and
 * draws it in place. All texts of the world are learners' input: they go through textContent only.
 */
import {KINDS, ancestors, nodesOf} from "/_amidojo/lineage.js";
import {REGIONS_KO, STATES_KO, WORDS} from "/_amidojo/words.js";

/* How a state looks beside its word; what is not here is at rest. */
const MOODS = {
	"available": "good", "completed": "good", "in-use": "good", "running": "good",
	"pending": "busy", "creating": "busy", "deleting": "busy", "stopping": "busy", "shutting-down": "busy",
	"recovering": "busy", "transient": "busy",
	"failed": "bad", "error": "bad", "invalid": "bad",
	"terminated": "over", "deregistered": "over", "deleted": "over",
};

const FETCH_EVERY_MS = 500, RETRY_MS = 2000, HOLD_MS = 2000;
const FEED_MAX = 200, SHOWN_FIRST = 4, SHOWN_MORE = 50, CHILDREN_FIRST = 4, ROWS_MAX = 80, OPEN_ACCOUNTS = 4;

/* ---- what the page knows ---- */

const page = {
	lang: remembered("lang") || ((navigator.language || "").startsWith("ko") ? "ko" : "en"),
	theme: remembered("theme"), /* null: the system's */
	link: "connecting",
	hello: {},
	keysChecked: false,
	now: null, nowAt: 0, /* of the world, and when that was heard */
	overview: null,
	nodes: new Map(),
	marks: new Map(), /* id -> the resource as text, to see what has changed */
	fresh: new Set(),
	focus: null, focusAt: 0, pinned: false, next: null,
	limits: new Map(), open: new Map(),
	find: "",
	queue: [], /* of calls not drawn yet */
};

function remembered(name) {
	try {
		return localStorage.getItem("amidojo." + name);
	} catch {
		return null;
	}
}

function remember(name, value) {
	try {
		localStorage.setItem("amidojo." + name, value);
	} catch { /* a browser that keeps nothing shows the page all the same */ }
}

function t(key, ...values) {
	return values.reduce((text, v, i) => text.replace(`{${i}}`, v), WORDS[page.lang][key]);
}

const number = (n) => n.toLocaleString(page.lang);
const stateWord = (state) => page.lang === "ko" && STATES_KO[state] || state;
const regionName = (r) => (page.lang === "ko" && REGIONS_KO[r]) || (page.overview?.regions || {})[r] || "";
const moment = (text) => (text || "").replace("T", " ").replace(/(\.\d+)?Z$/, " UTC");

function accountName(id) {
	const account = page.accounts?.get(id);
	return account && account.name !== id ? account.name : "";
}

/* ---- drawing in place ---- */

const $ = (id) => document.getElementById(id);

function make(tag, className, ...children) {
	const e = document.createElement(tag);
	if (className)
		e.className = className;
	e.append(...children);
	return e;
}

function setText(e, text) {
	if (e.textContent !== text)
		e.textContent = text;
}

/* Makes the children of `parent` those of `items`: an element of the same key stays the same element, and where
 * it can it is not even moved, so that scrolling, selection and focus stay. */
function drawList(parent, items, keyOf, create, update) {
	const old = parent.drawn || new Map(), drawn = new Map();
	const focused = document.activeElement;
	let at = parent.firstElementChild;

	for (const item of items)
		drawn.set(keyOf(item), null);
	for (const [key, e] of old)
		if (!drawn.has(key)) {
			if (e === at)
				at = at.nextElementSibling;
			e.remove();
		}
	for (const item of items) {
		const key = keyOf(item), e = old.get(key) || create(item);
		drawn.set(key, e);
		if (e === at)
			at = at.nextElementSibling;
		else
			parent.insertBefore(e, at);
		update(e, item);
	}
	parent.drawn = drawn;
	if (focused && focused !== document.activeElement && parent.contains(focused))
		focused.focus({preventScroll: true});
}

function flash(e) {
	e.classList.remove("fresh");
	void e.offsetWidth; /* begins the animation anew */
	e.classList.add("fresh");
}

/* ---- lineage ---- */

/* Rows of the tree: the line that leads to the node, the node, and what has become of it. */
function treeRows(focus) {
	const rows = ancestors(focus).map((node, depth) => ({key: node.id, node, depth}));
	const seen = new Set(rows.map((row) => row.node));
	const add = (node, depth) => {
		if (seen.has(node) || rows.length >= ROWS_MAX)
			return;
		seen.add(node);
		rows.push({key: node.id, node, depth});
		const limit = page.limits.get("tree " + node.id) || CHILDREN_FIRST;
		node.children.slice(0, limit).forEach((child) => add(child, depth + 1));
		if (node.children.length > limit)
			rows.push({key: "more " + node.id, of: node.id, depth: depth + 1, rest: node.children.length - limit, limit});
	};
	add(focus, rows.length);
	return rows;
}

/* ---- resources ---- */

const titleOf = (node) => node.raw.name || node.id;

function drawState(e, node) {
	const state = node.raw.state || "";
	const mood = node.gone ? "over" : MOODS[state] || "";

	e.className = "state " + mood;
	e.title = state;
	e.hidden = !state && !node.gone && !node.given;
	setText(e, node.gone ? t("gone") : node.given ? t("source") : stateWord(state));
	if (node.given)
		e.className = "where";
}

function whereOf(node) {
	const up = node.parent, parts = [];

	if (!up || up.raw.account !== node.raw.account)
		parts.push(accountName(node.raw.account) || (node.given ? "" : node.raw.account));
	if (!up || up.raw.region !== node.raw.region)
		parts.push(node.raw.region);
	return parts.filter(Boolean).join(" · ");
}

function createRow(row) {
	if (row.of) {
		const more = make("button", "more");
		more.type = "button";
		more.onclick = () => {
			page.limits.set("tree " + row.of, Number(more.dataset.limit) + SHOWN_MORE);
			drawLineage();
		};
		return make("li", "", more);
	}
	const button = make("button", "node", make("span", "via"), make("span", "kind-word"), make("span", "title"),
		make("span", "id"), make("span", "where"), make("span", "state"));
	button.type = "button";
	button.onclick = () => pin(row.node.id);
	return make("li", "", button);
}

function updateRow(e, row) {
	const button = e.firstElementChild;

	e.style.setProperty("--depth", row.depth);
	if (row.of) {
		button.dataset.limit = row.limit;
		setText(button, t("more", number(row.rest)));
		return;
	}
	const [via, kind, title, id, where, state] = button.children, node = row.node;
	button.classList.toggle("focus", node.id === page.focus);
	button.classList.toggle("gone", !!node.gone);
	button.ariaCurrent = node.id === page.focus ? "true" : null;
	setText(via, row.depth && node.via ? t(node.via) : "");
	via.hidden = !via.textContent;
	setText(kind, t(node.kind));
	title.className = node.raw.name ? "title" : "title id";
	setText(title, titleOf(node));
	setText(id, node.raw.name ? node.id : "");
	setText(where, whereOf(node));
	drawState(state, node);
	if (page.fresh.has(node.id))
		flash(button);
}

/* Name and value of what is worth saying of a resource, beside its name and state. */
function factsOf({raw, kind}) {
	const late = raw.deprecated && page.now && raw.deprecated <= page.now;
	const shares = [raw.public && t("everybody"), raw.shared_with && t("sharedWith", number(raw.shared_with))];
	return [
		["account", [accountName(raw.account), raw.account].filter(Boolean).join(" ")],
		["region", raw.region],
		["type", raw.type],
		["size", raw.size && raw.size + " GiB"],
		["created", moment(raw.created)],
		["access", shares.filter(Boolean).join(", ") || (kind === "image" && raw.state ? t("isPrivate") : "")],
		["deprecated", late ? moment(raw.deprecated) : ""],
		["protection", raw.protected && t("isProtected")],
		["encrypted", raw.encrypted && t("isEncrypted")],
		["tier", raw.tier === "archive" && t("archive")],
		["users", kind === "volume" && (raw.instances || []).join(", ")],
	].filter(([, value]) => value);
}

function drawPairs(dl, pairs) {
	drawList(dl, pairs, (p) => p[0], () => make("div", "", make("dt"), make("dd")), (e, [name, value]) => {
		setText(e.firstElementChild, t(name));
		setText(e.lastElementChild, value);
	});
}

function drawLineage() {
	const node = page.nodes.get(page.focus), tree = $("tree");

	$("lineage").hidden = !node;
	if (!node)
		return;
	setText($("follow"), t(page.pinned ? "pinned" : "following"));
	$("unpin").hidden = !page.pinned;
	drawList(tree, treeRows(node), (row) => row.key, createRow, updateRow);
	drawPairs($("facts"), factsOf(node));
	if (tree.dataset.focus !== page.focus) { /* the tree's own scrolling only: never the page's */
		const row = tree.querySelector(".focus");
		tree.dataset.focus = page.focus;
		tree.scrollTop = row.offsetTop + row.offsetHeight > tree.clientHeight ? row.offsetTop - tree.clientHeight / 2 : 0;
	}
}

function pin(id) {
	page.pinned = true;
	page.focus = id;
	draw();
}

function unpin() {
	page.pinned = false;
	if (page.next && page.nodes.has(page.next))
		page.focus = page.next;
	draw();
}

/* Goes with what has just changed, but leaves everybody the time to read. */
function follow() {
	const wait = page.focusAt + HOLD_MS - Date.now();

	if (!page.nodes.has(page.focus)) {
		page.pinned = false;
		page.focus = null;
		if (!page.nodes.has(page.next))
			page.next = latest();
	}
	if (page.pinned || !page.next || page.next === page.focus || !page.nodes.has(page.next))
		return;
	if (page.focus && wait > 0) {
		clearTimeout(page.followTimer);
		page.followTimer = setTimeout(() => { follow(); draw(); }, wait);
		return;
	}
	page.focus = page.next;
	page.focusAt = Date.now();
}

/* ---- places ---- */

function placesOf() {
	const accounts = new Map(), find = page.find.toLowerCase();

	for (const kind of KINDS)
		for (const raw of page.overview[kind] || []) {
			if (find && ![raw.id, raw.name, raw.state, raw.type].some((s) => s && s.toLowerCase().includes(find)))
				continue;
			if (!accounts.has(raw.account))
				accounts.set(raw.account, {id: raw.account, regions: new Map(), sum: {}});
			const account = accounts.get(raw.account);
			if (!account.regions.has(raw.region))
				account.regions.set(raw.region, {id: raw.region, account: raw.account, kinds: {}});
			(account.regions.get(raw.region).kinds[kind] ||= []).push(raw);
			account.sum[kind] = (account.sum[kind] || 0) + 1;
			account.fresh ||= page.fresh.has(raw.id);
		}
	return [...accounts.values()].sort((a, b) => a.id < b.id ? -1 : 1);
}

function createItem(raw) {
	const button = make("button", "item", make("span", "title"), make("span", "line", make("span", "state"), make("span")));
	button.type = "button";
	button.onclick = () => button.ariaPressed === "true" && page.pinned ? unpin() : pin(raw.id);
	return make("li", "", button);
}

function detailOf(raw) {
	const late = raw.deprecated && page.now && raw.deprecated <= page.now;
	return [raw.type, raw.size && raw.size + " GiB", raw.public && t("everybody"),
		raw.shared_with && t("sharedWith", number(raw.shared_with)), late && t("deprecated"),
		raw.tier === "archive" && t("archive")].filter(Boolean).join(" · ");
}

function updateItem(e, raw) {
	const button = e.firstElementChild, [title, line] = button.children, node = page.nodes.get(raw.id);

	title.className = raw.name ? "title" : "title id";
	setText(title, titleOf(node));
	button.title = raw.name ? `${raw.name} (${raw.id})` : raw.id;
	button.dataset.id = raw.id;
	drawState(line.firstElementChild, node);
	setText(line.lastElementChild, detailOf(raw));
	button.ariaPressed = String(raw.id === page.focus);
	button.classList.toggle("kin", page.kin.has(raw.id) && raw.id !== page.focus);
	if (page.fresh.has(raw.id))
		flash(button);
}

function createKind() {
	const more = make("button", "more"), e = make("div", "kind", make("h5"), make("ul"), more);
	more.type = "button";
	more.onclick = () => {
		page.limits.set(more.dataset.key, Number(more.dataset.limit) + SHOWN_MORE);
		drawPlaces();
	};
	return e;
}

function updateKind(e, {key, kind, list, first}) {
	const [title, items, more] = e.children, limit = page.limits.get(key) || first;

	setText(title, `${t(kind)} ${number(list.length)}`);
	drawList(items, list.slice(-limit).reverse(), (raw) => raw.id, createItem, updateItem);
	more.hidden = list.length <= limit;
	more.dataset.key = key;
	more.dataset.limit = limit;
	setText(more, more.hidden ? "" : t("more", number(list.length - limit)));
}

function updateRegion(e, place) {
	const [title, kinds] = e.children;

	setText(title.firstChild, place.id);
	setText(title.lastElementChild, regionName(place.id));
	const kept = KINDS.filter((kind) => place.kinds[kind]);
	const first = SHOWN_FIRST * Math.round(KINDS.length / kept.length); /* few kinds leave each more room */
	drawList(kinds, kept.map((kind) => ({kind, first, key: `${place.account} ${place.id} ${kind}`, list: place.kinds[kind]})),
		(k) => k.kind, createKind, updateKind);
}

function createRegion() {
	const title = make("h4", "", document.createTextNode(""), make("span"));
	return make("section", "place", title, make("div", "kinds"));
}

function createAccount(account) {
	const e = make("details", "account", make("summary", "", make("h3"), make("span", "id"), make("span", "sum")), make("div"));
	e.firstElementChild.onclick = () => {
		page.open.set(account.id, !e.open);
		setTimeout(drawPlaces);
	};
	return e;
}

function updateAccount(e, account) {
	const [summary, regions] = e.children, [name, id, sum] = summary.children;
	const known = accountName(account.id);
	const open = page.open.get(account.id) ?? (page.find !== "" || page.manyAccounts === false);

	setText(name, known || account.id);
	setText(id, known ? account.id : "");
	setText(sum, KINDS.filter((k) => account.sum[k]).map((k) => `${t(k)} ${number(account.sum[k])}`).join(" · "));
	if (e.open !== open)
		e.open = open;
	if (account.fresh && !open)
		flash(summary);
	const places = open ? [...account.regions.values()].sort((a, b) => a.id < b.id ? -1 : 1) : [];
	drawList(regions, places, (place) => place.id, createRegion, updateRegion);
}

function drawPlaces() {
	if (!page.overview)
		return;
	const accounts = placesOf(), node = page.nodes.get(page.focus);

	page.kin = new Set(node ? treeRows(node).map((row) => row.key) : []);
	page.manyAccounts = accounts.length > OPEN_ACCOUNTS;
	$("accounts").classList.toggle("many", page.manyAccounts);
	$("nothing").hidden = !page.find || accounts.length > 0;
	drawList($("accounts"), accounts, (account) => account.id, createAccount, updateAccount);
}

/* ---- the rest of the page ---- */

function drawHead() {
	const dark = isDark();

	document.documentElement.lang = page.lang;
	for (const e of document.querySelectorAll("[data-t]"))
		setText(e, t(e.dataset.t));
	setText($("lang"), t("language"));
	$("lang").title = t("languageHint");
	$("lang").lang = page.lang === "ko" ? "en" : "ko";
	setText($("theme"), t(dark ? "light" : "dark"));
	$("theme").title = t("themeHint");
	$("find").placeholder = t("findHint");
	setText($("world-name"), page.hello.world || "");
	document.title = page.hello.world ? `${page.hello.world} - amidojo` : "amidojo";
	$("link").dataset.state = page.link;
	setText($("link").lastElementChild, t(page.link));
}

function drawClock() {
	let now = page.now;

	if (now && page.hello.mode === "real")
		now = new Date(Date.parse(now) + (Date.now() - page.nowAt) * (page.hello.speed || 1)).toISOString();
	$("clock").hidden = !now;
	if (now) {
		$("clock").lastElementChild.dateTime = now;
		setText($("clock").lastElementChild, moment(now));
	}
}

function drawCounts(empty) {
	$("counts").hidden = empty;
	drawPairs($("counts"), KINDS.map((kind) => [kind, number((page.overview[kind] || []).length)]));
}

function drawEmpty(empty) {
	const key = new URLSearchParams(location.search).get("key") || "123456789012";

	$("empty").hidden = !empty;
	$("begin-keys").hidden = !page.keysChecked;
	setText($("begin-settings"), `export AWS_ENDPOINT_URL=${location.origin}\nexport AWS_REGION=us-east-1` +
		(page.keysChecked ? "" : `\nexport AWS_ACCESS_KEY_ID=${key} AWS_SECRET_ACCESS_KEY=any`));
	setText($("begin-command"), "aws ec2 run-instances --instance-type t3.micro \\\n  --image-id " +
		"resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64");
}

function draw() {
	drawHead();
	drawClock();
	if (!page.overview)
		return;
	const empty = KINDS.every((kind) => !(page.overview[kind] || []).length);
	drawCounts(empty);
	drawEmpty(empty);
	drawLineage();
	drawPlaces();
	page.fresh.clear();
}

function heardNow(now) {
	if (!now)
		return;
	page.now = now;
	page.nowAt = Date.now();
	drawClock();
}

/* ---- calls ---- */

const callKind = (call) => call.code ? "faults" : call.changed ? "changes" : "reads";
const callKey = (call) => JSON.stringify([call.account, call.region, call.service, call.operation, call.code, call.text, call.who]);

function createCall(call) {
	const e = make("li", "call " + callKind(call),
		make("div", "top", make("span", "operation"), make("span", "times"), make("span", "result")),
		make("div", "by", make("time"), make("span", "who"), make("span", "where")));
	if (call.code)
		e.append(make("div", "code"), make("div", "text"));
	e.call = call;
	e.times = 1;
	return e;
}

function updateCall(e) {
	const {call, times} = e, [top, by, code, text] = e.children;
	const [operation, repeated, result] = top.children, [time, who, where] = by.children;

	setText(operation, call.operation || t("unknownOperation"));
	setText(repeated, times > 1 ? `×${number(times)}` : "");
	setText(result, call.code ? String(call.status || "") : t(call.changed ? "changed" : "read"));
	setText(time, (call.time || "").slice(11, 19));
	setText(who, call.who || accountName(call.account) || call.account || "");
	setText(where, [call.region, call.service].filter(Boolean).join(" · "));
	if (call.code) {
		setText(code, call.code);
		setText(text, call.text || "");
	}
}

/* Many calls may come at once: they are drawn once a frame, equal ones in a row as one. */
function drawCalls() {
	const feed = $("feed"), stays = feed.scrollTop > 4, before = feed.scrollHeight;

	for (const call of page.queue.splice(0)) {
		const first = feed.firstElementChild;
		if (first && callKey(first.call) === callKey(call)) {
			first.call = call;
			first.times++;
			updateCall(first);
			continue;
		}
		const e = createCall(call);
		updateCall(e);
		feed.prepend(e);
	}
	while (feed.children.length > FEED_MAX)
		feed.lastElementChild.remove();
	if (stays) /* who has scrolled down to read goes on reading */
		feed.scrollTop += feed.scrollHeight - before;
	$("quiet").hidden = feed.children.length > 0;
}

function heardCall(call) {
	if (page.queue.push(call) > FEED_MAX)
		page.queue.shift();
	if (page.queue.length === 1)
		setTimeout(drawCalls, 16); /* frames do not come to a hidden page */
}

/* ---- what comes from the endpoint ---- */

const fetching = {busy: false, wanted: false, at: 0, took: 0, timer: 0};

function want() {
	fetching.wanted = true;
	if (document.hidden || fetching.busy || fetching.timer)
		return;
	const pause = Math.max(FETCH_EVERY_MS, 2 * fetching.took);
	fetching.timer = setTimeout(fetchOverview, Math.max(0, fetching.at + pause - Date.now()));
}

async function fetchOverview() {
	Object.assign(fetching, {busy: true, wanted: false, at: Date.now(), timer: 0});
	try {
		const reply = await fetch("/_amidojo/overview" + location.search, {cache: "no-store"});
		if (!reply.ok)
			throw new Error(String(reply.status));
		takeOverview(await reply.json());
	} catch {
		fetching.wanted = true;
		fetching.at = Date.now() + RETRY_MS;
	}
	fetching.took = Math.max(0, Date.now() - fetching.at);
	fetching.busy = false;
	if (fetching.wanted)
		want();
}

/* What is new or changed since the overview before. The most telling of it is what the lineage shows: first of all
 * what was made last, then new before changed, and what others are made from before its parts. */
function noteChanges(overview) {
	const marks = new Map(), first = !page.overview;
	let best = "";

	for (const [weight, kind] of ["volumes", "snapshots", "instances", "images"].entries())
		for (const raw of overview[kind] || []) {
			const text = JSON.stringify(raw), old = page.marks.get(raw.id);
			marks.set(raw.id, text);
			if (old === text)
				continue;
			if (!first)
				page.fresh.add(raw.id);
			const rank = first ? raw.created + weight : `${old ? 0 : 1}${weight}${raw.created}`;
			if (rank >= best) {
				best = rank;
				page.next = raw.id;
			}
		}
	page.marks = marks;
}

/* What was made last. */
function latest() {
	const all = KINDS.flatMap((kind) => page.overview[kind] || []);
	return all.reduce((a, b) => a && a.created > b.created ? a : b, null)?.id;
}

function takeOverview(overview) {
	noteChanges(overview);
	page.overview = overview;
	page.accounts = new Map((overview.accounts || []).map((a) => [a.id, a]));
	page.nodes = nodesOf(overview);
	heardNow(overview.now);
	follow();
	draw();
	for (const e of $("feed").children)
		updateCall(e);
}

function setLink(state) {
	page.link = state;
	drawHead();
}

/* Every stream begins with the calls before it, so what is shown of an older one goes. */
function heardHello(hello) {
	page.hello = hello;
	page.queue.length = 0;
	$("feed").replaceChildren();
	$("quiet").hidden = false;
	setLink("live");
	want();
	fetch("/_amidojo/health").then((reply) => reply.json()).then((health) => {
		page.keysChecked = !!health.signatures_checked;
		draw();
	}).catch(() => {});
}

function listen() {
	const events = new EventSource("/_amidojo/events" + location.search);
	const on = (name, take) => events.addEventListener(name, (e) => take(JSON.parse(e.data)));

	on("hello", heardHello);
	on("call", heardCall);
	on("world", (world) => {
		heardNow(world.now);
		want();
	});
	events.onerror = () => {
		setLink("lost");
		if (events.readyState === EventSource.CLOSED) { /* it tries again by itself, but not after a refusal */
			setTimeout(listen, RETRY_MS);
		}
	};
}

/* ---- what people do ---- */

const prefersDark = matchMedia("(prefers-color-scheme: dark)");

function isDark() {
	return page.theme ? page.theme === "dark" : prefersDark.matches;
}

function showTheme() {
	if (page.theme === "light" || page.theme === "dark")
		document.documentElement.dataset.theme = page.theme;
}

function changeTheme() {
	page.theme = isDark() ? "light" : "dark";
	remember("theme", page.theme);
	showTheme();
	drawHead();
}

function changeLanguage() {
	page.lang = page.lang === "ko" ? "en" : "ko";
	remember("lang", page.lang);
	draw();
	for (const e of $("feed").children)
		updateCall(e);
}

function show(button) {
	$("feed").dataset.show = button.dataset.show;
	for (const other of button.parentElement.children)
		other.ariaPressed = String(other === button);
}

/* Up and down within a list of resources or rows. */
function step(key, from) {
	const items = [...from.closest("ol, ul").querySelectorAll(".item, .node")];
	items[items.indexOf(from) + (key === "ArrowDown" ? 1 : -1)]?.focus();
}

const KEYS = {
	l: changeLanguage,
	t: changeTheme,
	"/": () => $("find").focus(),
	Escape: () => page.pinned && unpin(),
};

function pressed(e) {
	const typing = e.target === $("find");

	if (e.ctrlKey || e.metaKey || e.altKey)
		return;
	if (typing && e.key === "Escape") {
		$("find").value = page.find = "";
		$("find").blur();
		drawPlaces();
	} else if (!typing && (e.key === "ArrowDown" || e.key === "ArrowUp") && e.target.matches?.(".item, .node")) {
		e.preventDefault();
		step(e.key, e.target);
	} else if (!typing && KEYS[e.key.length === 1 ? e.key.toLowerCase() : e.key]) {
		e.preventDefault();
		KEYS[e.key.length === 1 ? e.key.toLowerCase() : e.key]();
	}
}

function begin() {
	if (!WORDS[page.lang])
		page.lang = "en";
	showTheme();
	$("lang").onclick = changeLanguage;
	$("theme").onclick = changeTheme;
	$("unpin").onclick = unpin;
	$("find").oninput = () => {
		page.find = $("find").value.trim();
		drawPlaces();
	};
	for (const button of document.querySelectorAll("[data-show]"))
		if (button.type === "button")
			button.onclick = () => show(button);
	document.addEventListener("keydown", pressed);
	document.addEventListener("visibilitychange", () => fetching.wanted && want());
	prefersDark.addEventListener("change", drawHead);
	setInterval(() => page.hello.mode === "real" && drawClock(), 1000);
	draw();
	listen();
}

begin();
