/* changes.c - what a command has changed, for the learner's eyes: a line a resource; see sim.h. */
#include "sim/changes.h"
#include "sim/graph.h"

#include "base/intl.h"
#include "base/text.h"
#include "ops/call.h"
#include "ops/kind.h"

#include <string.h>

/* ---- what is shown ---- */

#define SETTING "setting"

/* Beside the kinds that have ids to be completed: what a learner changes too. */
static const struct kind more_kinds[] = {
	{SETTING, NULL, NULL, "State"},
	{"image-bin", NULL, "Name", NULL},
	{"snapshot-bin", NULL, NULL, NULL},
	{"launch-template-version", NULL, "VersionDescription", NULL},
	{"import-snapshot-task", NULL, "Description", "SnapshotTaskDetail.Status"},
};

static const struct kind *shown_kind(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(more_kinds); i++)
		if (strcmp(more_kinds[i].name, name) == 0)
			return &more_kinds[i];
	return kind_find(name);
}

/* ---- what a resource is called, and how large it is ---- */

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

const char *seen_name(const char *kind, const json_t *doc)
{
	/* as EC2 describes snapshots of images and copies by itself */
	static const char *const own[] = {
		"Created by CreateImage(", "Copied for DestinationAmi ", "[Copied "};
	const char *label = kind_label(shown_kind(kind), doc);

	for (size_t i = 0; label && i < ARRAY_LEN(own) && begins(kind, "snapshot"); i++)
		if (begins(label, own[i]))
			return NULL;
	return label;
}

static int64_t image_gib(const json_t *image)
{
	int64_t sum = 0;
	size_t i;
	json_t *mapping;

	json_array_foreach(in_list(image, "BlockDeviceMappings"), i, mapping) sum +=
		in_int(mapping, "Ebs.VolumeSize", 0);
	return sum;
}

int64_t seen_gib(const char *kind, const json_t *doc)
{
	if (strcmp(kind, "volume") == 0)
		return in_int(doc, "Size", 0);
	if (strcmp(kind, "snapshot") == 0 || strcmp(kind, "snapshot-bin") == 0)
		return in_int(doc, "VolumeSize", 0);
	return strcmp(kind, "image") == 0 ? image_gib(doc) : 0;
}

/* ---- a line ---- */

static void add_name(struct buf *out, const struct world_change *c)
{
	const char *label = seen_name(c->in.kind, c->after ? c->after : c->before);

	buf_addf(out, " %s", c->id);
	if (label && strcmp(label, c->id) != 0) {
		buf_addc(out, ' ');
		text_printable(label, out);
	}
}

/* Of what consists of blocks, where it is new, goes, or changes; an image's size is that of its
 * snapshots, which have lines too. */
static void add_size(struct buf *out, const struct world_change *c)
{
	int64_t before = c->before ? seen_gib(c->in.kind, c->before) : 0,
		after = c->after ? seen_gib(c->in.kind, c->after) : before;

	if (!after || strcmp(c->in.kind, "image") == 0 || (c->after && before == after))
		return;
	if (before && before != after)
		buf_addf(out, " %lld ->", (long long)before);
	buf_addf(out, " %lld GiB", (long long)after);
}

/* A setting's value: its state, or the one thing that it says. */
static void add_setting(struct buf *out, const json_t *doc)
{
	const char *state = in_text(doc, "State"), *key;
	json_t *value;

	if (state) {
		buf_adds(out, state);
		return;
	}
	json_object_foreach((json_t *)(uintptr_t)doc, key, value)
	{
		if (*key != '_' && json_object_size(doc) == 1)
			diff_add_value(out, value);
	}
}

static void add_one_state(struct buf *out, const struct kind *k, const json_t *doc)
{
	const char *state = doc ? kind_state(k, doc) : NULL;

	if (doc && strcmp(k->name, SETTING) == 0)
		add_setting(out, doc);
	else if (doc && (strcmp(k->name, "image-bin") == 0 || strcmp(k->name, "snapshot-bin") == 0))
		buf_adds(out, "recycle-bin");
	else if (state)
		buf_adds(out, state);
}

static void add_state(struct buf *out, const struct kind *k, const struct world_change *c)
{
	struct buf before = BUF_INIT, after = BUF_INIT;

	add_one_state(&before, k, c->before);
	add_one_state(&after, k, c->after);
	if (before.len && after.len && strcmp(before.s, after.s) != 0)
		buf_addf(out, " %s -> %s", before.s, after.s);
	else if (after.len)
		buf_addf(out, " %s", after.s);
	buf_release(&before);
	buf_release(&after);
}

static bool same_text(const json_t *a, const json_t *b, const char *path)
{
	const char *x = in_text(a, path), *y = in_text(b, path);

	return x && y && strcmp(x, y) == 0;
}

/* A reboot leaves the document as it is but for what is private: its timer is set now, or has
 * run out in the same step as it was set. */
static bool rebooted(const struct world_change *c)
{
	static const char word[] = "instance-rebooted";
	const json_t *before = c->before, *after = c->after;
	const char *was = in_text(before, "_timer.do"), *is = in_text(after, "_timer.do");
	bool under_way = was && strcmp(was, word) == 0;

	if (strcmp(c->in.kind, "instance") != 0 || !before || !after ||
		!same_text(before, after, "State.Name"))
		return false;
	if (is && strcmp(is, word) == 0)
		return !under_way ||
		       in_int(before, "_timer.at", 0) != in_int(after, "_timer.at", 0);
	return !under_way && same_text(before, after, "LaunchTime") &&
	       json_array_size(in_list(after, "_Boots")) >
		       json_array_size(in_list(before, "_Boots")) &&
	       json_array_size(in_list(before, "_Boots"));
}

/* ---- all changes ---- */

static void add_change(const struct world_change *c, bool verbose, int columns, struct buf *out)
{
	const struct kind *k = shown_kind(c->in.kind);
	bool again = k && rebooted(c);

	if (!k || (!c->before && !c->after) || !(again || diff_is_visible(c->before, c->after)))
		return;
	/* a setting is always there, also as long as nobody has touched it */
	if (strcmp(k->name, SETTING) == 0)
		buf_addc(out, '~');
	else
		buf_addc(out, !c->before ? '+' : !c->after ? '-' : '~');
	add_name(out, c);
	add_size(out, c);
	if (again)
		buf_addf(out, " %s", _("rebooted"));
	else
		add_state(out, k, c);
	buf_addc(out, '\n');
	if (verbose)
		diff_add(out, columns, c->before, c->after);
}

/* The latest `n` steps, the oldest of them first. */
static void add_steps(const struct sim *s, size_t n, bool verbose, int columns, struct buf *out)
{
	struct world_change change;
	const char *label;

	while (n-- > 0)
		for (size_t i = 0; world_changed_before(s->w, n, i, &change, &label); i++)
			add_change(&change, verbose, columns, out);
}

static const char *tell(const struct sim *s, bool verbose, int columns, struct buf *out)
{
	struct world_change change;
	const char *label = NULL;
	size_t back = 0;

	/* from the command on: what time did since is told after it */
	while (world_changed_before(s->w, back, SIZE_MAX, &change, &label), !label)
		if (++back > WORLD_STEPS)
			return NULL;
	add_steps(s, back + 1, verbose, columns, out);
	return label;
}

const char *sim_changes(const struct sim *s, bool verbose, struct buf *out)
{
	return tell(s, verbose, 0, out);
}

const char *sim_diff(const struct sim *s, int columns, struct buf *out)
{
	return tell(s, true, columns > 0 ? columns : 0, out);
}

void sim_changed_since(const struct sim *s, uint64_t steps, struct buf *out)
{
	uint64_t now = sim_steps(s);
	size_t n = now > steps ? (size_t)(now - steps) : 0, from = n;
	struct world_change change;
	const char *label;

	/* the time that passed before a command is not what it did */
	for (size_t back = 0; back < n; back++) {
		label = NULL;
		world_changed_before(s->w, back, SIZE_MAX, &change, &label);
		if (label)
			from = back + 1;
	}
	add_steps(s, from, false, 0, out);
}
