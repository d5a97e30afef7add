/*
 * prop-world.c - random commands of three accounts in two Regions on one world, and after each what
 * must hold whatever was done.
 *
 * A request is a line of JSON with holes; a hole is filled with what is there (mostly the caller's
 * own, now and then another's or nonsense). After each command: a fault changed nothing but the
 * time; ids are new and unique; references resolve; nobody changed, saw or used what is another's
 * and was not shared; answers fit the model. Sampled: undo of up to HISTORY commands and redo give
 * the bytes back, a world read from its own writing is the same world, and another world that is
 * told the record of all that was done (undo and redo too) is the same one.
 *
 * usage: prop-world [STEPS]   environment: SEED, AMIDOJO_TEST_SCALE (divides the default)
 */
#include "base/map.h"
#include "base/mem.h"
#include "ops/ops.h"
#include "ops/record.h"
#include "world-commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { STEPS = 10000, FAILURES_SHOWN = 10, UNDO_EVERY = 23, READ_EVERY = 211, NAMES = 40 };
enum { HISTORY = 32, REPLAY_EVERY = 500 };
#define START_MS INT64_C(1767225600000)

static const char *const accounts[] = {"123456789012", "111122223333", "444455556666"};
static const char *const regions[] = {"us-east-1", "ap-northeast-2"};
static const char *const owners_of_images[] = {"amazon", "099720109477", "self"};

/* Kinds whose ids are made of random digits, and of which we fill holes. */
static const char *const kinds[] = {
	"image", "snapshot", "volume", "instance", "key", "launch-template", "network-interface"};

/* --- the run ---------------------------------------------------------------------------------- */

struct ids {
	char (*id)[WORLD_ID];
	size_t n, cap;
};

/* The command under way. */
struct doing {
	const struct command *command;
	const struct model_operation *op;
	struct ops_caller who;
	struct buf text; /* of the request */
	json_t *request;
	bool lacking; /* the caller has none of what it is about */
	json_t *used; /* what it uses, as it was before: {"image": document, "snapshot": ...} */
};

struct run {
	struct world *w;
	uint64_t random;
	long step;
	struct buf before, after;
	struct buf history[HISTORY]; /* `before` of the latest commands that changed something */
	unsigned n_history;          /* there ever were */
	struct world *twin;          /* is told the record now and then */
	struct buf record;
	bool moved;      /* more than the clock, since `after` was written */
	struct map seen; /* ids that there have been */
	struct arena names;
	struct ids pool;
	struct doing now;
	long done, refused, failed, changed;
};

static uint64_t next_random(struct run *r)
{
	uint64_t z = r->random += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static unsigned pick(struct run *r, size_t n)
{
	return (unsigned)(next_random(r) % (n ? n : 1));
}

#define PICK(r, list) ((list)[pick((r), ARRAY_LEN(list))])

static void __attribute__((format(printf, 2, 3))) fail(struct run *r, const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	r->failed++;
	printf("step %ld, %s in %s, %s %s: %s\n", r->step, r->now.who.account, r->now.who.region,
		r->now.command ? r->now.command->operation : "-", r->now.text.s, text.s);
	buf_release(&text);
}

/* --- filling holes ---------------------------------------------------------------------------- */

static void pool_add(struct ids *p, const char *id)
{
	ARRAY_GROW(p->id, p->n, p->cap);
	snprintf(p->id[p->n++], WORLD_ID, "%s", id);
}

static void pool_place(struct run *r, struct place_of in)
{
	struct world_cursor at = {0};
	struct resource one;

	while (world_next(r->w, in, &at, &one))
		pool_add(&r->pool, one.id);
}

/* Of the kind but nobody's; now and then not even that. */
static void add_nonsense(struct run *r, const char *kind, struct buf *out)
{
	static const char *const prefixes[][2] = {{"image", "ami"}, {"snapshot", "snap"},
		{"volume", "vol"}, {"instance", "i"}, {"launch-template", "lt"}};
	const char *prefix = kind;

	for (size_t i = 0; pick(r, 8) && i < ARRAY_LEN(prefixes); i++)
		if (strcmp(prefixes[i][0], kind) == 0)
			prefix = prefixes[i][1];
	buf_addf(out, "\"%s-%017" PRIx64 "\"", prefix, next_random(r) >> 8);
}

/* An id of the kind: mostly the caller's here, else anybody's anywhere, else nonsense. */
static void add_id(struct run *r, const char *kind, struct buf *out)
{
	unsigned mood = pick(r, 100);

	r->pool.n = 0;
	if (mood < 80) {
		pool_place(r, (struct place_of){r->now.who.account, r->now.who.region, kind});
		r->now.lacking = !r->pool.n;
	} else if (mood < 96) {
		for (size_t a = 0; a < ARRAY_LEN(accounts); a++)
			for (size_t i = 0; i < ARRAY_LEN(regions); i++)
				pool_place(r, (struct place_of){accounts[a], regions[i], kind});
	}
	if (r->pool.n)
		buf_addf(out, "\"%s\"", r->pool.id[pick(r, r->pool.n)]);
	else
		add_nonsense(r, kind, out);
}

/* A public image of the Region. */
static void add_catalogue(struct run *r, struct buf *out)
{
	struct ops_answer a = OPS_ANSWER_INIT;
	json_t *request = json_pack("{s:[s]}", "Owners", "amazon");
	json_t *images, *image;

	ops_call(r->w, &r->now.who, model_find_operation("ec2", "DescribeImages"), request, &a);
	ops_record(&r->now.who, model_find_operation("ec2", "DescribeImages"), request, false,
		&r->record);
	images = json_object_get(a.value, "Images");
	image = json_array_get(images, pick(r, json_array_size(images)));
	buf_addf(out, "\"%s\"", image ? json_string_value(json_object_get(image, "ImageId")) : "");
	json_decref(request);
	ops_answer_release(&a);
}

static const char *fixed_choice(struct run *r, const char *hole, size_t n)
{
	static const struct {
		const char *hole, *choices[5];
	} table[] = {
		{"type", {"\"t3.micro\"", "\"t2.micro\"", "\"m5.large\"", "\"t4g.micro\"",
				 "\"i3.large\""}},
		{"device", {"\"/dev/sdf\"", "\"/dev/xvda\"", "\"/dev/sdg\"", "\"/dev/xvdb\"",
				   "\"/dev/sda1\""}},
		{"vtype", {"\"gp3\"", "\"gp2\"", "\"io1\"", "\"st1\"", "\"gp3\""}},
		{"size", {"8", "30", "100", "200", "0"}},
		{"few", {"1", "1", "2", "3", "1"}},
		{"bool", {"true", "false", "true", "false", "true"}},
		{"rare", {"true", "false", "false", "false", "false"}},
		{"tag", {"\"Name\"", "\"env\"", "\"aws:no\"", "\"team\"", "\"이름\""}},
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		if (strlen(table[i].hole) == n && memcmp(table[i].hole, hole, n) == 0)
			return table[i].choices[pick(r, ARRAY_LEN(table[i].choices))];
	return NULL;
}

static void fill_hole(struct run *r, const char *hole, size_t n, struct buf *out)
{
	char name[32];
	const char *fixed = fixed_choice(r, hole, n);

	snprintf(name, sizeof name, "%.*s", (int)n, hole);
	if (fixed)
		buf_adds(out, fixed);
	else if (strcmp(name, "name") == 0)
		buf_addf(out, "\"name-%u\"", pick(r, NAMES));
	else if (strcmp(name, "account") == 0)
		buf_addf(out, "\"%s\"", PICK(r, accounts));
	else if (strcmp(name, "root") == 0)
		buf_addf(out, "\"arn:aws:iam::%s:root\"", PICK(r, accounts));
	else if (strcmp(name, "region") == 0)
		buf_addf(out, "\"%s\"", PICK(r, regions));
	else if (strcmp(name, "owner") == 0)
		buf_addf(out, "\"%s\"", PICK(r, owners_of_images));
	else if (strcmp(name, "zone") == 0)
		buf_addf(out, "\"%s%c\"", r->now.who.region, pick(r, 2) ? 'a' : 'c');
	else if (strcmp(name, "catalogue") == 0)
		add_catalogue(r, out);
	else if (strcmp(name, "any") == 0)
		add_id(r, kinds[pick(r, 4)], out);
	else
		add_id(r, name, out);
}

static void fill(struct run *r, const char *text, struct buf *out)
{
	buf_clear(out);
	while (*text) {
		if (*text == '$') {
			size_t n = strspn(++text, "abcdefghijklmnopqrstuvwxyz-");

			fill_hole(r, text, n, out);
			text += n;
		} else {
			buf_addc(out, (char)(*text == '\'' ? '"' : *text));
			text++;
		}
	}
}

static const struct command *choose(struct run *r)
{
	int total = 0, at;

	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		total += commands[i].weight;
	at = (int)pick(r, (size_t)total);
	for (size_t i = 0;; i++)
		if ((at -= commands[i].weight) < 0)
			return &commands[i];
}

/* --- looking at the world ----------------------------------------------------------------------
 */

static const char *text_in(const json_t *doc, const char *key)
{
	const char *text = json_string_value(json_object_get(doc, key));

	return text ? text : "";
}

static bool lists_account(const json_t *list, const char *account)
{
	json_t *one;
	size_t i;

	json_array_foreach(list, i, one) if (strcmp(text_in(one, "UserId"), account) == 0 ||
					     strcmp(text_in(one, "Group"), "all") == 0) return true;
	return false;
}

/* Whether the account may use the resource: its own, or shared by this private member. */
static bool shared_with(const struct resource *r, const char *member, const char *account)
{
	return strcmp(r->in.account, account) == 0 ||
	       json_is_true(json_object_get(r->doc, "Public")) ||
	       lists_account(json_object_get(r->doc, member), account);
}

typedef void visit_fn(struct run *r, const struct resource *one);

static void each_resource(struct run *r, const char *kind, visit_fn *visit)
{
	for (size_t a = 0; a < ARRAY_LEN(accounts); a++) {
		for (size_t i = 0; i < ARRAY_LEN(regions); i++) {
			struct place_of in = {accounts[a], regions[i], kind};
			struct world_cursor at = {0};
			struct resource one;

			while (world_next(r->w, in, &at, &one))
				visit(r, &one);
		}
	}
}

static bool find(struct run *r, const char *kind, const char *id, struct resource *out)
{
	return world_find(r->w, kind, id, out);
}

/* --- references ---------------------------------------------------------------------------------
 */

static bool attached_to(const json_t *volume, const char *instance)
{
	json_t *one;
	size_t i;

	json_array_foreach(json_object_get(volume, "Attachments"), i,
		one) if (strcmp(text_in(one, "InstanceId"), instance) == 0) return true;
	return false;
}

static void check_instance(struct run *r, const struct resource *one)
{
	json_t *mapping;
	size_t i;

	json_array_foreach(json_object_get(one->doc, "BlockDeviceMappings"), i, mapping)
	{
		const char *id = text_in(json_object_get(mapping, "Ebs"), "VolumeId");
		struct resource volume;

		if (!find(r, "volume", id, &volume))
			fail(r, "%s has a volume %s that is not there", one->id, id);
		else if (!attached_to(volume.doc, one->id))
			fail(r, "%s has a volume %s that is not attached to it", one->id, id);
		else if (strcmp(volume.in.account, one->in.account) != 0)
			fail(r, "%s has another account's volume %s", one->id, id);
	}
}

static void check_volume(struct run *r, const struct resource *one)
{
	json_t *attachments = json_object_get(one->doc, "Attachments"), *attachment;
	bool in_use = strcmp(text_in(one->doc, "State"), "in-use") == 0;
	size_t i;

	if (in_use != (json_array_size(attachments) > 0))
		fail(r, "%s is %s with %zu attachments", one->id, text_in(one->doc, "State"),
			json_array_size(attachments));
	json_array_foreach(attachments, i, attachment)
	{
		struct resource instance;

		if (!find(r, "instance", text_in(attachment, "InstanceId"), &instance))
			fail(r, "%s is attached to an instance that is not there", one->id);
	}
}

/* A registered image's snapshots are there, whoever they belong to. */
static void check_image(struct run *r, const struct resource *one)
{
	const char *state = text_in(one->doc, "State");
	json_t *mapping;
	size_t i;

	if (strcmp(state, "available") != 0 && strcmp(state, "disabled") != 0)
		return;
	json_array_foreach(json_object_get(one->doc, "BlockDeviceMappings"), i, mapping)
	{
		const json_t *ebs = json_object_get(mapping, "Ebs");
		const char *id = text_in(ebs, "SnapshotId");
		struct resource snapshot;

		if (*id && !find(r, "snapshot", id, &snapshot))
			fail(r, "%s needs the snapshot %s, which is gone", one->id, id);
		if (json_is_true(json_object_get(ebs, "Encrypted")) &&
			(json_is_true(json_object_get(one->doc, "Public")) ||
				lists_account(
					json_object_get(one->doc, "_LaunchPermissions"), "-")))
			fail(r, "%s is encrypted and public", one->id);
	}
}

static void check_references(struct run *r)
{
	each_resource(r, "instance", check_instance);
	each_resource(r, "volume", check_volume);
	each_resource(r, "image", check_image);
}

/* --- what one command may change -----------------------------------------------------------------
 */

/* Members that somebody else's command may change: that an image was launched, one's own
 * permission given back, grants of a key that allows them, one's own tags on another's resource. */
static bool others_may_change(const char *member)
{
	static const char *const members[] = {
		"_Launched", "_LaunchPermissions", "_Grants", "_Tags"};

	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		if (strcmp(members[i], member) == 0)
			return true;
	return false;
}

static void check_owner(struct run *r, const struct world_change *c)
{
	const char *key;
	json_t *value;

	if (!*c->in.account || strcmp(c->in.account, r->now.who.account) == 0)
		return;
	if (!c->before || !c->after) {
		fail(r, "%s %s of %s: %s", c->in.kind, c->id, c->in.account,
			c->after ? "made by another" : "deleted by another");
		return;
	}
	json_object_foreach(
		c->after, key, value) if (!others_may_change(key) &&
					  !json_equal(value, json_object_get(c->before, key)))
		fail(r, "%s %s of %s: another changed %s", c->in.kind, c->id, c->in.account, key);
	json_object_foreach(c->before, key,
		value) if (!others_may_change(key) && !json_object_get(c->after, key))
		fail(r, "%s %s of %s: another took %s away", c->in.kind, c->id, c->in.account, key);
}

static void check_new_id(struct run *r, const struct world_change *c)
{
	bool ours = false;

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		ours = ours || strcmp(kinds[i], c->in.kind) == 0;
	if (!ours || c->before)
		return;
	if (map_get(&r->seen, c->id))
		fail(r, "the id %s was there before", c->id);
	else
		map_add(&r->seen, arena_strdup(&r->names, c->id), r);
}

static void check_changes(struct run *r)
{
	struct world_change c;
	size_t i;

	for (i = 0; world_changed(r->w, i, &c); i++) {
		check_owner(r, &c);
		check_new_id(r, &c);
	}
	r->changed += i > 0;
}

/* --- what one command may see and use
 * ------------------------------------------------------------- */

static void check_listed(struct run *r, const json_t *value, const char *list,
	const char *id_member, const char *kind, const char *permissions)
{
	json_t *one;
	size_t i;

	json_array_foreach(json_object_get(value, list), i, one)
	{
		const char *id = text_in(one, id_member);
		struct resource found;

		if (!find(r, kind, id, &found))
			fail(r, "%s lists %s, which is not there", list, id);
		else if (!shared_with(&found, permissions, r->now.who.account))
			fail(r, "%s lists %s, which is private to %s", list, id, found.in.account);
	}
}

static void check_seen(struct run *r, const json_t *value)
{
	check_listed(r, value, "Images", "ImageId", "image", "_LaunchPermissions");
	check_listed(r, value, "Volumes", "VolumeId", "volume", "_");
	if (strcmp(r->now.command->operation, "DescribeSnapshots") == 0)
		check_listed(r, value, "Snapshots", "SnapshotId", "snapshot",
			"_CreateVolumePermissions");
}

/* What the request names, as it is before the command. */
static void note_used(struct run *r)
{
	static const struct {
		const char *member, *kind;
	} table[] = {{"ImageId", "image"}, {"SnapshotId", "snapshot"}};
	struct resource found;

	r->now.used = json_object();
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		if (find(r, table[i].kind, text_in(r->now.request, table[i].member), &found))
			json_object_set_new(r->now.used, table[i].kind,
				json_pack("{s:s, s:s, s:O}", "account", found.in.account, "region",
					found.in.region, "doc", found.doc));
}

static void check_use(struct run *r, const char *kind, const char *permissions, const char *state)
{
	json_t *used = json_object_get(r->now.used, kind);
	struct resource was = {
		.in = {text_in(used, "account"), "", kind}, .doc = json_object_get(used, "doc")};

	if (!used)
		fail(r, "it worked with a %s that was not there", kind);
	else if (strcmp(text_in(used, "region"), r->now.who.region) != 0)
		fail(r, "it worked with a %s of another Region", kind);
	else if (!shared_with(&was, permissions, r->now.who.account))
		fail(r, "it worked with a %s that is private to %s", kind, was.in.account);
	else if (strcmp(text_in(was.doc, "State"), state) != 0)
		fail(r, "it worked with a %s that was %s", kind, text_in(was.doc, "State"));
}

static void check_used(struct run *r)
{
	const char *op = r->now.command->operation;

	if (strcmp(op, "RunInstances") == 0 && json_object_get(r->now.request, "ImageId"))
		check_use(r, "image", "_LaunchPermissions", "available");
	if (strcmp(op, "CreateVolume") == 0 && json_object_get(r->now.request, "SnapshotId"))
		check_use(r, "snapshot", "_CreateVolumePermissions", "completed");
}

/* --- bytes
 * ------------------------------------------------------------------------------------------ */

static void write_world(const struct world *w, struct buf *out)
{
	buf_clear(out);
	world_write(w, out);
}

/* Equal but for the time, which stands behind "counters":[ */
static bool same_but_time(const struct buf *a, const struct buf *b)
{
	static const char mark[] = "\"counters\":[";
	const char *x = strstr(a->s, mark), *y = strstr(b->s, mark);

	if (!x || !y || x - a->s != y - b->s || memcmp(a->s, b->s, (size_t)(x - a->s)) != 0)
		return false;
	x += strlen(mark);
	y += strlen(mark);
	return strcmp(x + strspn(x, "-0123456789"), y + strspn(y, "-0123456789")) == 0;
}

/* The first line that differs, for the report. */
static const char *difference(const struct buf *a, const struct buf *b, struct buf *out)
{
	const char *x = a->s, *y = b->s;

	while (*x && *y) {
		size_t n = strcspn(x, "\n"), m = strcspn(y, "\n");

		if (n != m || memcmp(x, y, n) != 0) {
			buf_addf(out, "\n  %.*s\n  %.*s", (int)(n < 900 ? n : 900), x,
				(int)(m < 900 ? m : 900), y);
			if (x != a->s)
				break;
		}
		x += n + (x[n] != '\0');
		y += m + (y[m] != '\0');
	}
	return out->s;
}

static void compare(struct run *r, const char *what, const struct buf *a, const struct buf *b)
{
	struct buf text = BUF_INIT;

	if (!same_but_time(a, b))
		fail(r, "%s%s", what, difference(a, b, &text));
	buf_release(&text);
}

static void note_history(struct run *r)
{
	struct buf *kept = &r->history[r->n_history++ % HISTORY];

	buf_clear(kept);
	buf_add(kept, r->before.s, r->before.len);
}

/* Takes back some commands and does them again. */
static void check_undo(struct run *r)
{
	struct buf text = BUF_INIT;
	unsigned most = r->n_history < HISTORY ? r->n_history : HISTORY;
	unsigned n = 1 + pick(r, pick(r, 16) ? 5 : HISTORY), undone = 0;

	if (n > most)
		n = most;
	while (undone < n && world_undo(r->w)) {
		undone++;
		ops_record_undo(false, NULL, &r->record);
	}
	write_world(r->w, &text);
	compare(r, "undo does not give the bytes back:", &r->history[(r->n_history - n) % HISTORY],
		&text);
	while (undone-- && world_redo(r->w))
		ops_record_undo(true, NULL, &r->record);
	write_world(r->w, &text);
	if (strcmp(text.s, r->after.s) != 0)
		fail(r, "undo and redo do not give the same bytes");
	buf_release(&text);
}

/* What was done since the last time is told to the twin. */
static void check_record(struct run *r)
{
	struct buf text = BUF_INIT, where = BUF_INIT;

	if (!ops_replay(r->twin, r->record.s, r->record.len))
		fail(r, "the record cannot be done again");
	write_world(r->twin, &text);
	if (strcmp(text.s, r->after.s) != 0)
		fail(r, "the record leads to another world:%s",
			difference(&r->after, &text, &where));
	buf_clear(&r->record);
	buf_release(&where);
	buf_release(&text);
}

static void check_reading(struct run *r)
{
	struct world *copy = ops_world(7, 0);
	struct buf text = BUF_INIT;

	if (!world_read(copy, r->after.s, r->after.len))
		fail(r, "the world does not read what it has written");
	else
		write_world(copy, &text);
	if (text.len && strcmp(text.s, r->after.s) != 0)
		fail(r, "a world read from its writing writes something else");
	world_free(copy);
	buf_release(&text);
}

/* --- one command
 * --------------------------------------------------------------------------------------- */

static void pass_time(struct run *r, int64_t until)
{
	r->moved = true;
	ops_record_pass(until - world_now(r->w), NULL, &r->record);
	world_begin(r->w, NULL);
	world_advance(r->w, until);
	world_commit(r->w);
}

/* So that the tick before the command changes nothing, and what changes is the command's. */
static void settle(struct run *r)
{
	int64_t next;

	if (pick(r, 10) == 0)
		pass_time(r, world_now(r->w) + (int64_t)pick(r, 7200) * 1000);
	while (world_next_timer(r->w, &next) && next <= world_now(r->w) + OPS_TICK_MS)
		pass_time(r, next);
}

static void prepare(struct run *r)
{
	struct doing *d = &r->now;

	d->who = (struct ops_caller){
		.account = accounts[pick(r, 2) ? 0 : pick(r, ARRAY_LEN(accounts))],
		.region = regions[pick(r, 3) ? 0 : pick(r, ARRAY_LEN(regions))],
		.elapsed_ms = OPS_TICK_MS};
	settle(r);
	for (int tries = 0; tries == 0 || (d->lacking && tries < 4); tries++) {
		d->lacking = false;
		d->command = choose(r);
		fill(r, d->command->request, &d->text);
	}
	d->op = model_find_operation(d->command->service, d->command->operation);
	settle(r);
	d->request = json_loads(d->text.s, 0, NULL);
	if (!d->op || !d->request) {
		printf("bad command: %s %s\n", d->command->operation, d->text.s);
		exit(2);
	}
	if (pick(r, 30) == 0 &&
		model_find_member(model_shape(d->op->input), MODEL_BY_NAME, "DryRun", 6))
		json_object_set_new(d->request, "DryRun", json_true());
	note_used(r);
}

static void check_answer(struct run *r, const struct ops_answer *a, uint64_t step)
{
	uint64_t first, last, changed;

	world_steps(r->w, &first, &last, &changed);
	if (a->misfit.len)
		fail(r, "the answer does not fit: %s", a->misfit.s);
	if (!a->value) {
		r->refused++;
		if (strcmp(a->code, "InternalError") == 0)
			fail(r, "an internal error: %s", a->text.s);
		compare(r, "a fault has changed the world:", &r->before, &r->after);
		return;
	}
	r->done++;
	check_seen(r, a->value);
	check_used(r);
	if (json_is_true(json_object_get(r->now.request, "DryRun")))
		fail(r, "a dry run has answered");
	if (last != step) {
		check_changes(r);
		note_history(r);
		if (r->step % UNDO_EVERY == 0)
			check_undo(r);
	}
}

static uint64_t last_step(const struct world *w)
{
	uint64_t first, last, changed;

	world_steps(w, &first, &last, &changed);
	return last;
}

/* What was written last is what is there now, but for the time, unless timers have run. */
static void note_before(struct run *r)
{
	struct buf last = r->after;

	if (r->moved || !last.len) {
		write_world(r->w, &r->before);
	} else {
		r->after = r->before;
		r->before = last;
	}
	r->moved = false;
}

static void one_step(struct run *r)
{
	struct ops_answer a = OPS_ANSWER_INIT;
	uint64_t step;

	prepare(r);
	note_before(r);
	step = last_step(r->w);
	ops_call(r->w, &r->now.who, r->now.op, r->now.request, &a);
	ops_record(&r->now.who, r->now.op, r->now.request, last_step(r->w) != step, &r->record);
	write_world(r->w, &r->after);
	check_answer(r, &a, step);
	check_references(r);
	if (r->step % READ_EVERY == 0)
		check_reading(r);
	if (r->step % REPLAY_EVERY == REPLAY_EVERY - 1)
		check_record(r);
	ops_answer_release(&a);
	json_decref(r->now.request);
	json_decref(r->now.used);
}

static long wanted(int argc, char **argv)
{
	const char *scale = getenv("AMIDOJO_TEST_SCALE");
	long n = argc > 1 ? atol(argv[1]) : STEPS / (scale && atol(scale) > 0 ? atol(scale) : 1);

	return n > 0 ? n : 1;
}

static void release(struct run *r)
{
	world_free(r->w);
	world_free(r->twin);
	for (size_t i = 0; i < HISTORY; i++)
		buf_release(&r->history[i]);
	buf_release(&r->record);
	buf_release(&r->before);
	buf_release(&r->after);
	buf_release(&r->now.text);
	map_release(&r->seen);
	arena_release(&r->names);
	free(r->pool.id);
}

int main(int argc, char **argv)
{
	const char *text = getenv("SEED");
	uint64_t seed = text ? strtoull(text, NULL, 10)
			     : (uint64_t)time(NULL) * 2654435761u ^ (uint64_t)getpid();
	long n = wanted(argc, argv);
	struct run r = {.random = seed, .before = BUF_INIT, .after = BUF_INIT};

	setvbuf(stdout, NULL, _IOLBF, 0); /* the seed is told even if it breaks down */
	buf_init(&r.now.text);
	buf_init(&r.record);
	for (size_t i = 0; i < HISTORY; i++)
		buf_init(&r.history[i]);
	r.w = ops_world(seed, START_MS);
	r.twin = ops_world(seed, START_MS);
	printf("SEED=%" PRIu64 ", %ld commands\n", seed, n);
	for (r.step = 0; r.step < n && r.failed < FAILURES_SHOWN; r.step++)
		one_step(&r);
	printf("%ld answered, %ld of them changed something; %ld refused; the world has %zu bytes\n",
		r.done, r.changed, r.refused, r.after.len);
	printf("%ld passed, %ld failed\n", r.step > r.failed ? r.step - r.failed : 0, r.failed);
	release(&r);
	return r.failed != 0;
}
