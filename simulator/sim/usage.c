/*
 * usage.c - what is billed in a world, over which spans of time; see sim.h.
 *
 * Billed as AWS does it: https://aws.amazon.com/ebs/pricing/, https://aws.amazon.com/ec2/pricing/,
 * https://aws.amazon.com/vpc/pricing/, https://aws.amazon.com/kms/pricing/. Simplified:
 *   - A snapshot of the standard tier is counted by the blocks that it alone or first holds, as
 *     ops/snapshot.c keeps them: a sum over all snapshots is what AWS stores. Which snapshot of a
 *     line pays for a shared block is our choice (the oldest does). It counts from its beginning.
 *   - An archived snapshot is counted in full. What is charged once is not counted: 90 days at
 *     least in the archive, retrieval from it, an hour at least of fast snapshot restore, a minute
 * at least of instances and volumes.
 *   - A volume counts from its creation until its deletion begins, an instance while it is running
 *     (a stopping one that hibernates as well), fast snapshot restore while it is enabled, a public
 *     address while one has it, a customer managed key unless it is pending deletion.
 *   - Requests (standard volumes, KMS), data transfer and S3 are not counted. Images cost nothing.
 */
#include "sim/history.h"
#include "sim/internal.h"

#include "base/map.h"
#include "base/mem.h"
#include "ops/ebs.h"
#include "ops/kind.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { CHARGES = 4, ITEM = 64 };

/* What one document is billed for at a moment. */
struct charge {
	char item[ITEM];
	double quantity;
};
struct bill {
	struct charge of[CHARGES];
	size_t n;
};

__attribute__((format(printf, 3, 4))) static void charge(
	struct bill *b, double quantity, const char *fmt, ...)
{
	va_list ap;

	if (b->n == CHARGES)
		return;
	va_start(ap, fmt);
	vsnprintf(b->of[b->n].item, ITEM, fmt, ap);
	va_end(ap);
	b->of[b->n++].quantity = quantity;
}

static bool is(const char *a, const char *b)
{
	return a && strcmp(a, b) == 0;
}

/* ---- what is billed, kind by kind ---- */

/* io2's IOPS get cheaper by the step (EBS pricing page). */
static void bill_io2(int64_t iops, struct bill *b)
{
	static const struct {
		int64_t above, most;
		const char *item;
	} tiers[] = {
		{0, 32000, "volume-io2-iops"},
		{32000, 64000, "volume-io2-iops-32001"},
		{64000, INT64_MAX, "volume-io2-iops-64001"},
	};

	for (size_t i = 0; i < ARRAY_LEN(tiers); i++)
		if (iops > tiers[i].above)
			charge(b,
				(double)((iops < tiers[i].most ? iops : tiers[i].most) -
					 tiers[i].above),
				"%s", tiers[i].item);
}

static void bill_volume(const json_t *doc, struct bill *b)
{
	enum { FREE_IOPS = 3000, FREE_MIBPS = 125 }; /* of gp3 */
	const char *type = in_text(doc, "VolumeType"), *state = in_text(doc, "State");
	int64_t iops = in_int(doc, "Iops", 0), mibps = in_int(doc, "Throughput", 0);

	if (!type || is(state, "deleting") || is(state, "deleted") || is(state, "error"))
		return;
	charge(b, (double)in_int(doc, "Size", 0), "volume-%s", type);
	if (is(type, "gp3") && iops > FREE_IOPS)
		charge(b, (double)(iops - FREE_IOPS), "volume-gp3-iops");
	if (is(type, "gp3") && mibps > FREE_MIBPS)
		charge(b, (double)(mibps - FREE_MIBPS), "volume-gp3-throughput");
	if (is(type, "io1"))
		charge(b, (double)iops, "volume-io1-iops");
	if (is(type, "io2"))
		bill_io2(iops, b);
}

static double gib(int64_t bytes)
{
	return (double)bytes / (double)EBS_GIB;
}

/* What is restored for a time lies in both tiers (EBS user guide, "Pricing and billing for
 * archiving Amazon EBS snapshots"). */
static void bill_snapshot(const json_t *doc, struct bill *b)
{
	bool archived = is(in_text(doc, "StorageTier"), "archive");

	if (is(in_text(doc, "State"), "error"))
		return;
	if (archived || in_has(doc, "RestoreExpiryTime"))
		charge(b, gib(snapshot_full(doc)), "snapshot-archive");
	if (!archived)
		charge(b, gib(in_int(doc, "_blocks.own", 0)), "snapshot");
}

/* "Windows with SQL Server" is "windows-with-sql-server" in an item. */
static void add_words(char *item, const char *words)
{
	size_t n = strlen(item);

	for (; *words && n + 2 < ITEM; words++) {
		bool letter = isalnum((unsigned char)*words);

		if (letter || item[n - 1] != '-')
			item[n++] = letter ? (char)tolower((unsigned char)*words) : '-';
	}
	item[n] = '\0';
}

/* What is not Linux on demand on shared hardware has prices of its own, and so items. */
static void bill_instance(const json_t *doc, struct bill *b)
{
	const char *state = in_text(doc, "State.Name"), *system = in_text(doc, "PlatformDetails");
	const char *tenancy = in_text(doc, "Placement.Tenancy");
	bool hibernates = is(state, "stopping") && in_bool(doc, "_Hibernated", false);
	char *item;

	if (!is(state, "running") && !hibernates)
		return;
	charge(b, 1, "instance-%s", in_text(doc, "InstanceType"));
	item = b->of[b->n - 1].item;
	if (system && !is(system, "Linux/UNIX")) {
		add_words(item, "-");
		add_words(item, system);
	}
	if (is(in_text(doc, "InstanceLifecycle"), "spot"))
		add_words(item, "-spot");
	if (tenancy && !is(tenancy, "default")) {
		add_words(item, "-");
		add_words(item, tenancy);
	}
}

static void bill_fast_restore(const json_t *doc, struct bill *b)
{
	if (is(in_text(doc, "State"), "enabled"))
		charge(b, 1, "fast-snapshot-restore");
}

static void bill_address(const json_t *doc, struct bill *b)
{
	(void)doc;
	charge(b, 1, "public-ipv4");
}

/* An Elastic IP address on an interface is counted as such. */
static void bill_interface(const json_t *doc, struct bill *b)
{
	if (in_has(doc, "Association.PublicIp") && !in_has(doc, "Association.AllocationId"))
		charge(b, 1, "public-ipv4");
}

static void bill_key(const json_t *doc, struct bill *b)
{
	if (is(in_text(doc, "KeyManager"), "CUSTOMER") &&
		!is(in_text(doc, "KeyState"), "PendingDeletion"))
		charge(b, 1, "kms-key");
}

/* In the order in which they are told. `label`: the kind that knows a document's name. */
static const struct billed {
	const char *kind, *label;
	void (*bill)(const json_t *doc, struct bill *b);
} billed[] = {
	{"instance", "instance", bill_instance},
	{"volume", "volume", bill_volume},
	{"snapshot", "snapshot", bill_snapshot},
	{"snapshot-bin", "snapshot", bill_snapshot},
	{"fast-restore", NULL, bill_fast_restore},
	{"address", "address", bill_address},
	{"network-interface", NULL, bill_interface},
	{"key", "key", bill_key},
};

static const struct billed *billed_find(const char *kind)
{
	for (size_t i = 0; i < ARRAY_LEN(billed); i++)
		if (strcmp(billed[i].kind, kind) == 0)
			return &billed[i];
	return NULL;
}

/* ---- one resource through time ---- */

struct span {
	struct charge what;
	int64_t from, to;
	bool now;
};

struct track {
	const struct billed *of;
	struct place_of in;
	char *id, *name;
	struct bill open; /* and since when each */
	int64_t since[CHARGES];
	struct span *spans;
	size_t len, cap;
	size_t number; /* in the order of their coming */
};

struct usage {
	const struct world *w;
	struct track **tracks;
	size_t len, cap;
	struct map by_key;       /* "account\nregion\nkind\nid" */
	struct map images, gone; /* by a snapshot: the image that uses it, or did */
	struct arena strings;
	int64_t now;
};

static char *key_of(struct usage *u, struct place_of in, const char *id)
{
	struct buf key = BUF_INIT;
	char *kept;

	buf_addf(&key, "%s\n%s\n%s\n%s", in.account, in.region, in.kind, id);
	kept = arena_strndup(&u->strings, key.s, key.len);
	buf_release(&key);
	return kept;
}

static void close_span(struct track *t, size_t i, int64_t at, bool now)
{
	if (at > t->since[i] || now) {
		ARRAY_GROW(t->spans, t->len, t->cap);
		t->spans[t->len++] = (struct span){t->open.of[i], t->since[i], at, now};
	}
}

static bool has_charge(const struct bill *b, const struct charge *c)
{
	for (size_t i = 0; i < b->n; i++)
		if (strcmp(b->of[i].item, c->item) == 0 && !(b->of[i].quantity < c->quantity) &&
			!(b->of[i].quantity > c->quantity))
			return true;
	return false;
}

/* From `at` on the resource is as `doc` says; NULL: gone. What goes on is not cut. */
static void track_set(struct track *t, const json_t *doc, int64_t at)
{
	struct bill next = {.n = 0};
	size_t n = 0;

	if (doc)
		t->of->bill(doc, &next);
	for (size_t i = 0; i < t->open.n; i++) {
		if (!has_charge(&next, &t->open.of[i])) {
			close_span(t, i, at, false);
			continue;
		}
		t->open.of[n] = t->open.of[i];
		t->since[n++] = t->since[i];
	}
	t->open.n = n;
	for (size_t i = 0; i < next.n; i++) {
		if (has_charge(&t->open, &next.of[i]))
			continue;
		t->open.of[t->open.n] = next.of[i];
		t->since[t->open.n++] = at;
	}
	if (doc && t->of->label) {
		const char *name = kind_label(kind_find(t->of->label), doc);

		free(t->name);
		t->name = name ? xstrdup(name) : NULL;
	}
}

static int by_time(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return strcmp(x->what.item, y->what.item);
}

/* What is still open goes on. */
static void track_end(struct track *t, int64_t now)
{
	for (size_t i = 0; i < t->open.n; i++)
		close_span(t, i, now, true);
	if (t->len)
		qsort(t->spans, t->len, sizeof t->spans[0], by_time);
}

static struct track *track_get(struct usage *u, struct place_of in, const char *id)
{
	const struct billed *of = billed_find(in.kind);
	struct track *t;
	char *key;

	if (!of)
		return NULL;
	key = key_of(u, in, id);
	t = map_get(&u->by_key, key);
	if (t)
		return t;
	t = xcalloc(1, sizeof *t);
	*t = (struct track){.of = of, .in = in, .id = xstrdup(id), .number = u->len};
	ARRAY_GROW(u->tracks, u->len, u->cap);
	u->tracks[u->len++] = t;
	map_add(&u->by_key, key, t);
	return t;
}

static int64_t born(const struct usage *u, const json_t *doc, int64_t otherwise)
{
	int64_t at, start = world_start(u->w);

	if (!history_birth(doc, &at))
		at = otherwise;
	return at < start ? start : at;
}

static void take_change(void *ctx, const struct world_change *c, int64_t at)
{
	struct usage *u = ctx;
	size_t before = u->len;
	struct track *t = track_get(u, c->in, c->id);

	if (!t)
		return;
	if (u->len > before && c->before) { /* it is older than the steps are */
		int64_t from = born(u, c->before, at);

		track_set(t, c->before, from < at ? from : at);
	}
	track_set(t, c->after, at);
}

/* What has not changed since the steps began; what genesis gave has been there for nothing. */
static void take_rest(struct usage *u, const char *kind)
{
	struct world_walk walk = {0};
	struct resource r;

	while (world_each(u->w, kind, &walk, &r)) {
		size_t before = u->len;
		struct track *t;

		if (world_given(&r))
			continue;
		t = track_get(u, r.in, r.id);
		if (u->len > before)
			track_set(t, r.doc, born(u, r.doc, world_start(u->w)));
	}
}

/* ---- which image a snapshot is of ---- */

static void note_image(struct usage *u, struct map *m, const struct resource *image)
{
	json_t *mapping;
	size_t i;

	json_array_foreach(json_object_get(image->doc, "BlockDeviceMappings"), i, mapping)
	{
		const char *snapshot = in_text(mapping, "Ebs.SnapshotId");

		if (snapshot)
			map_add(m, arena_strndup(&u->strings, snapshot, strlen(snapshot)),
				arena_strndup(&u->strings, image->id, strlen(image->id)));
	}
}

/* An image in the Recycle Bin can come back, and needs its snapshots for it. */
static void note_images(struct usage *u)
{
	static const char *const kinds_of[] = {"image", "image-bin", "image-gone"};
	struct resource r;

	for (size_t i = 0; i < ARRAY_LEN(kinds_of); i++) {
		struct world_walk walk = {0};
		bool gone = is(kinds_of[i], "image-gone");

		while (world_each(u->w, kinds_of[i], &walk, &r))
			if (!world_given(&r))
				note_image(u, gone ? &u->gone : &u->images, &r);
	}
}

/* The image that a snapshot was made for, as AWS describes it: "Created by CreateImage(i-...) for
 * ami-...", "Copied for DestinationAmi ami-... from ...". */
static const char *image_described(struct usage *u, const struct track *t)
{
	static const char *const beginnings[] = {
		"Created by CreateImage(", "Copied for DestinationAmi "};
	json_t *doc = world_get(u->w, t->in, t->id);
	const char *text = in_text(doc, "Description"), *id;

	for (size_t i = 0; text && i < ARRAY_LEN(beginnings); i++) {
		if (strncmp(text, beginnings[i], strlen(beginnings[i])) != 0)
			continue;
		id = strstr(text, "ami-");
		return id ? arena_strndup(&u->strings, id, strcspn(id, " .,;")) : NULL;
	}
	return NULL;
}

static void find_image(struct usage *u, const struct track *t, struct sim_usage *out)
{
	struct resource r;

	out->of_image = map_get(&u->images, t->id);
	if (out->of_image)
		return;
	out->of_image = map_get(&u->gone, t->id);
	if (!out->of_image)
		out->of_image = image_described(u, t);
	out->orphan = out->now && out->of_image && is(t->of->kind, "snapshot") &&
		      !world_find(u->w, "image", out->of_image, &r) &&
		      !world_find(u->w, "image-bin", out->of_image, &r);
}

/* ---- telling ---- */

static int64_t first_of(const struct track *t)
{
	return t->len ? t->spans[0].from : INT64_MAX;
}

static int by_resource(const void *a, const void *b)
{
	const struct track *x = *(struct track *const *)a, *y = *(struct track *const *)b;
	int account = strcmp(x->in.account, y->in.account);
	int region = strcmp(x->in.region, y->in.region);

	if (account || region)
		return account ? account : region;
	if (x->of != y->of)
		return x->of < y->of ? -1 : 1;
	if (first_of(x) != first_of(y))
		return first_of(x) < first_of(y) ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

static void tell(struct usage *u, const struct track *t, sim_usage_fn *fn, void *ctx)
{
	for (size_t i = 0; i < t->len; i++) {
		const struct span *s = &t->spans[i];
		struct sim_usage out = {t->in.account, t->in.region, t->in.kind, t->id, t->name,
			s->what.item, s->what.quantity, s->from, s->to, s->now, NULL, false};

		if (strncmp(t->of->kind, "snapshot", strlen("snapshot")) == 0)
			find_image(u, t, &out);
		fn(ctx, &out);
	}
}

static void track_free(struct track *t)
{
	free(t->id);
	free(t->name);
	free(t->spans);
	free(t);
}

void sim_usage(struct sim *s, sim_usage_fn *fn, void *ctx)
{
	struct usage u = {.w = s->w, .now = world_now(s->w)};

	history_walk(s->w, take_change, &u);
	for (size_t i = 0; i < ARRAY_LEN(billed); i++)
		take_rest(&u, billed[i].kind);
	note_images(&u);
	for (size_t i = 0; i < u.len; i++)
		track_end(u.tracks[i], u.now);
	if (u.len)
		qsort(u.tracks, u.len, sizeof(struct track *), by_resource);
	for (size_t i = 0; i < u.len; i++)
		tell(&u, u.tracks[i], fn, ctx);
	for (size_t i = 0; i < u.len; i++)
		track_free(u.tracks[i]);
	free(u.tracks);
	map_release(&u.by_key);
	map_release(&u.images);
	map_release(&u.gone);
	arena_release(&u.strings);
}

bool sim_remembers_all(const struct sim *s, int64_t *from_ms)
{
	return history_is_whole(s->w, from_ms);
}

int64_t sim_start(const struct sim *s)
{
	return world_start(s->w);
}
