/* history.c - see history.h. */
#include "sim/history.h"

#include "ops/call.h"
#include "ops/image.h"
#include "ops/instance.h"

#include <string.h>

/* One step, while its changes are told. */
struct telling {
	const struct world *w;
	size_t back; /* of the step, counted from the latest */
	bool command;
	int64_t from, to;
	history_fn *fn;
	void *ctx;
};

static bool is(const char *a, const char *b)
{
	return a && strcmp(a, b) == 0;
}

static bool of_kind(const struct world_change *c, const char *kind)
{
	return strcmp(c->in.kind, kind) == 0;
}

/* Never outside of the step, whatever a document says. */
static int64_t within(const struct telling *t, int64_t at)
{
	return at < t->from ? t->from : at > t->to ? t->to : at;
}

static bool timer_of(const json_t *doc, int64_t *at)
{
	*at = doc ? in_int(doc, "_timer.at", INT64_MIN) : INT64_MIN;
	return *at != INT64_MIN;
}

static bool time_in(const json_t *doc, const char *member, int64_t *at)
{
	const char *text = doc ? in_text(doc, member) : NULL;

	return text && time_parse(text, at);
}

bool history_birth(const json_t *doc, int64_t *at)
{
	static const char *const members[] = {"CreateTime", "StartTime", "LaunchTime",
		"CreationDate", "EnablingTime", "Attachment.AttachTime"};

	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		if (time_in(doc, members[i], at))
			return true;
	return false;
}

/* ---- when one change came about ---- */

/* The timer of another document that changed in the same step. */
static bool timer_beside(const struct telling *t, const struct world_change *c, const char *kind,
	const char *id, int64_t *at)
{
	struct world_change other;
	const char *label;

	for (size_t i = 0; id && world_changed_before(t->w, t->back, i, &other, &label); i++)
		if (of_kind(&other, kind) && strcmp(other.id, id) == 0 &&
			strcmp(other.in.account, c->in.account) == 0)
			return timer_of(other.before, at);
	return false;
}

/* What is changed with another resource, by that one's timer. */
static bool led_by_other(const struct telling *t, const struct world_change *c, int64_t *at)
{
	const json_t *attached = json_array_get(json_object_get(c->before, "Attachments"), 0);

	if (of_kind(c, "volume"))
		return timer_beside(t, c, "volume-modification", c->id, at) ||
		       (attached &&
			       timer_beside(t, c, "instance", in_text(attached, "InstanceId"), at));
	if (of_kind(c, "network-interface"))
		return timer_beside(
			t, c, "instance", in_text(c->before, "Attachment.InstanceId"), at);
	return false;
}

/* An image waits for its last snapshot, and sets its timer anew for that. */
static int64_t image_ready(const struct telling *t, const struct world_change *c, int64_t at)
{
	struct resource snapshot;
	json_t *mapping;
	int64_t done;
	size_t i;

	json_array_foreach(json_object_get(c->after, "BlockDeviceMappings"), i, mapping)
	{
		const char *id = in_text(mapping, "Ebs.SnapshotId");

		if (id && world_find(t->w, "snapshot", id, &snapshot) &&
			time_in(snapshot.doc, "CompletionTime", &done) &&
			done + IMAGE_SETTLES_MS > at && done + IMAGE_SETTLES_MS <= t->to)
			at = done + IMAGE_SETTLES_MS;
	}
	return at;
}

static int64_t time_of(const struct telling *t, const struct world_change *c)
{
	int64_t at;

	if (t->command)
		return t->to;
	if (!c->before)
		return history_birth(c->after, &at) ? within(t, at) : t->to;
	if (timer_of(c->before, &at) && at <= t->to)
		return within(t, of_kind(c, "image") && c->after ? image_ready(t, c, at) : at);
	return led_by_other(t, c, &at) ? within(t, at) : t->to;
}

/* ---- several changes in one ---- */

/* What a resource was on the way, told after `c->before` and before `c->after`: moves c->before on
 * to `middle` (stolen). `made` holds it. */
static void on_the_way(
	const struct telling *t, struct world_change *c, json_t **made, json_t *middle, int64_t at)
{
	struct world_change part = *c;

	part.after = middle;
	t->fn(t->ctx, &part, within(t, at));
	json_decref(*made);
	*made = middle;
	c->before = middle;
}

static json_t *with_text(const json_t *doc, const char *member, const char *text)
{
	json_t *copy = json_deep_copy(doc);

	json_object_set_new(copy, member, json_string(text));
	json_object_del(copy, "_timer");
	return copy;
}

/* Each of these says whether it was more than one change, tells all but the last, and answers when
 * that was. */
typedef bool split_fn(
	const struct telling *t, struct world_change *c, json_t **made, int64_t *last);

/* From shutting down to forgotten. */
static bool split_instance(
	const struct telling *t, struct world_change *c, json_t **made, int64_t *last)
{
	const char *state = in_text(c->before, "State.Name");
	json_t *middle;
	int64_t at;

	if (c->after || is(state, "terminated") || !timer_of(c->before, &at))
		return false;
	middle = json_deep_copy(c->before);
	json_object_set_new(middle, "State",
		json_pack("{s:i, s:s}", "Code", INSTANCE_TERMINATED, "Name", "terminated"));
	on_the_way(t, c, made, middle, at);
	*last = at + INSTANCE_FORGOTTEN_MS;
	return true;
}

static bool split_modification(
	const struct telling *t, struct world_change *c, json_t **made, int64_t *last)
{
	int64_t at;

	if (!is(in_text(c->before, "ModificationState"), "modifying") || !c->after ||
		!is(in_text(c->after, "ModificationState"), "completed") ||
		!timer_of(c->before, &at))
		return false;
	on_the_way(t, c, made, with_text(c->before, "ModificationState", "optimizing"), at);
	if (!time_in(c->after, "EndTime", last))
		*last = t->to;
	return true;
}

/* enabling -> optimizing -> enabled; disabling -> disabled -> gone. */
static bool split_fast(
	const struct telling *t, struct world_change *c, json_t **made, int64_t *last)
{
	const char *was = in_text(c->before, "State"), *is_now = in_text(c->after, "State");
	int64_t at;

	if (is(was, "enabling") && is(is_now, "enabled") &&
		time_in(c->after, "OptimizingTime", &at)) {
		on_the_way(t, c, made, with_text(c->after, "State", "optimizing"), at);
		if (!time_in(c->after, "EnabledTime", last))
			*last = t->to;
		return true;
	}
	if (is(was, "disabling") && !c->after && timer_of(c->before, &at)) {
		json_t *middle = with_text(c->before, "State", "disabled");

		json_object_set_new(middle, "StateTransitionReason",
			json_string("Client.UserInitiated - Lifecycle state transition"));
		on_the_way(t, c, made, middle, at);
		*last = t->to;
		return true;
	}
	return false;
}

/* A temporary restore that began, ended and expired. */
static bool split_snapshot(
	const struct telling *t, struct world_change *c, json_t **made, int64_t *last)
{
	static const int64_t day_ms = 86400 * 1000;
	const json_t *tier = in_get(c->before, "_Tier");
	int64_t at, days = tier ? in_int(tier, "days", 0) : 0;
	char text[TIME_TEXT];
	json_t *middle;

	if (!days || in_bool(tier, "done", false) || !c->after ||
		!in_bool(c->after, "_Tier.done", false) ||
		!is(in_text(c->after, "StorageTier"), "archive") || !timer_of(c->before, &at))
		return false;
	middle = with_text(c->before, "StorageTier", "standard");
	json_object_set_new(json_object_get(middle, "_Tier"), "done", json_true());
	*last = at + days * day_ms;
	json_object_set_new(middle, "RestoreExpiryTime", json_string(time_text(*last, text)));
	on_the_way(t, c, made, middle, at);
	return true;
}

static const struct {
	const char *kind;
	split_fn *split;
} splits[] = {
	{"instance", split_instance},
	{"volume-modification", split_modification},
	{"fast-restore", split_fast},
	{"snapshot", split_snapshot},
};

static void tell(const struct telling *t, struct world_change c)
{
	json_t *made = NULL;
	int64_t at = 0;
	bool split = false;

	for (size_t i = 0; !t->command && c.before && i < sizeof splits / sizeof *splits; i++)
		if (of_kind(&c, splits[i].kind))
			split = splits[i].split(t, &c, &made, &at);
	t->fn(t->ctx, &c, split ? within(t, at) : time_of(t, &c));
	json_decref(made);
}

/* ---- all of it ---- */

/* How many steps there are, without what is undone. */
static size_t count_steps(const struct world *w)
{
	uint64_t first, last, changed;

	world_steps(w, &first, &last, &changed);
	return (size_t)(world_done(w) - first);
}

bool history_is_whole(const struct world *w, int64_t *from)
{
	uint64_t first, last, changed;
	size_t n = count_steps(w);
	int64_t to;

	world_steps(w, &first, &last, &changed);
	if (!first)
		return true;
	if (!n || !world_step_time(w, n - 1, from, &to))
		*from = world_now(w);
	return false;
}

void history_walk(const struct world *w, history_fn *fn, void *ctx)
{
	struct telling t = {.w = w, .fn = fn, .ctx = ctx};
	struct world_change c;
	const char *label;

	for (t.back = count_steps(w); t.back-- > 0;) {
		if (!world_step_time(w, t.back, &t.from, &t.to))
			continue;
		for (size_t i = 0; world_changed_before(w, t.back, i, &c, &label); i++) {
			t.command = label && t.from == t.to; /* else it lets time pass */
			tell(&t, c);
		}
	}
}
