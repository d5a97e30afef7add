/*
 * rbin.c - the Recycle Bin: retention rules, and what is deleted under them; see links.h.
 *
 * Kind "retention-rule": the document is what GetRule answers. Private members:
 *   _Tags      of the rule itself
 *   _InForce   {RetentionPeriod, ResourceTags, ExcludeResourceTags} that deletions meet: a rule, or
 * a change of it, works once its status is available _Ready     milliseconds: when it is available
 *   _Unlocked  milliseconds: when the unlock delay is over
 *
 * Rules and quotas: EBS user guide, "Recycle Bin", and the API reference. Rules for volumes can be
 * made; the two operations that would show volumes in the bin are not simulated.
 */
#include "ops/links.h"
#include "ops/table.h"

#include "base/mem.h"

#include <stdio.h>
#include <string.h>

enum {
	READY_MS = 20 * 1000,
	RULES_MAX = 250, /* in a Region */
	DAYS_MAX = 365,
	VOLUME_DAYS_MAX = 7,
	RESOURCE_TAGS_MAX = 50,
	EXCLUDE_TAGS_MAX = 5,
	TAGS_MAX = 50,
	KEY_MAX = 128,
	VALUE_MAX = 256,
	DESCRIPTION_MAX = 255,
	IDENTIFIER = 11,
};
static const int64_t day_ms = 86400 * 1000;
static const char kind[] = "retention-rule";
static const char alphanumeric[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/* ---- what other families need ---- */

static bool tag_fits(const json_t *want, const json_t *tag)
{
	const char *value = in_text(want, "ResourceTagValue"), *have = in_text(tag, "Value");

	return strcmp(in_text(want, "ResourceTagKey"), in_text(tag, "Key")) == 0 &&
	       (!value || strcmp(value, have ? have : "") == 0);
}

/* Whether the resource has one of the tags. */
static bool any_tag_fits(const json_t *wanted, const json_t *resource)
{
	json_t *want, *tag;
	size_t i, k;

	json_array_foreach((json_t *)(uintptr_t)wanted, i, want)
	{
		json_array_foreach(in_list(resource, "Tags"), k, tag)
		{
			if (tag_fits(want, tag))
				return true;
		}
	}
	return false;
}

static bool rule_covers(const json_t *rule, const char *type, const json_t *resource)
{
	const json_t *force = in_get(rule, "_InForce"), *wanted = in_list(force, "ResourceTags");

	if (!force || strcmp(in_text(rule, "ResourceType"), type) != 0)
		return false;
	if (json_array_size(wanted))
		return any_tag_fits(wanted, resource);
	return !any_tag_fits(in_list(force, "ExcludeResourceTags"), resource);
}

/* Of several rules the one with the longest period counts. */
int64_t bin_keeps(const struct call *c, const char *type, const json_t *resource)
{
	struct world_cursor at = {0};
	struct resource r;
	int64_t most = 0, days;

	while (call_next(c, kind, &at, &r)) {
		if (!rule_covers(r.doc, type, resource))
			continue;
		days = in_int(r.doc, "_InForce.RetentionPeriod.RetentionPeriodValue", 0);
		most = days > most ? days : most;
	}
	return most * day_ms;
}

void bin_put(struct call *c, const char *bin, const char *id, json_t *doc, int64_t keeps)
{
	json_object_set_new(doc, "RecycleBinEnterTime", time_json(call_now(c)));
	json_object_set_new(doc, "RecycleBinExitTime", time_json(call_now(c) + keeps));
	timer_set(c->w, doc, keeps, "bin-over");
	call_put(c, bin, id, doc);
}

json_t *bin_take(struct call *c, const char *bin, const char *id)
{
	json_t *doc = call_get(c, bin, id);

	if (!doc)
		return NULL;
	doc = call_edit(doc);
	timer_clear(doc);
	json_object_del(doc, "RecycleBinEnterTime");
	json_object_del(doc, "RecycleBinExitTime");
	call_drop(c, bin, id);
	return doc;
}

/* The time is over: now it is gone for good. */
static void over_timer(struct world *w, const struct resource *r)
{
	resource_put(w, r, NULL);
}

/* ---- what happens to a rule by itself ---- */

static void wait_for_next(struct world *w, json_t *rule)
{
	int64_t ready = in_int(rule, "_Ready", INT64_MAX);
	int64_t unlocked = in_int(rule, "_Unlocked", INT64_MAX);
	int64_t next = ready < unlocked ? ready : unlocked;

	timer_clear(rule);
	if (next != INT64_MAX)
		timer_set(w, rule, next - world_now(w), "rule-settles");
}

static void put_in_force(json_t *rule)
{
	static const char *const members[] = {
		"RetentionPeriod", "ResourceTags", "ExcludeResourceTags"};
	json_t *force = json_object();

	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		json_object_set(force, members[i], json_object_get(rule, members[i]));
	json_object_set_new(rule, "_InForce", force);
	json_object_set_new(rule, "Status", json_string("available"));
	json_object_del(rule, "_Ready");
}

static void settles_timer(struct world *w, const struct resource *r)
{
	json_t *rule = call_edit(r->doc);
	int64_t now = world_now(w);

	if (in_int(rule, "_Ready", INT64_MAX) <= now)
		put_in_force(rule);
	if (in_int(rule, "_Unlocked", INT64_MAX) <= now) {
		json_object_set_new(rule, "LockState", json_string("unlocked"));
		json_object_del(rule, "LockEndTime");
		json_object_del(rule, "_Unlocked");
	}
	wait_for_next(w, rule);
	resource_put(w, r, rule);
}

static void set_pending(struct call *c, json_t *rule)
{
	json_object_set_new(rule, "Status", json_string("pending"));
	json_object_set_new(rule, "_Ready", json_integer(call_now(c) + READY_MS));
	wait_for_next(c->w, rule);
}

/* ---- checking ---- */

static bool refuse(struct call *c, const char *text)
{
	call_fault(c, FAULT_BIN_VALIDATION, text);
	return false;
}

/* Characters, not bytes. */
static size_t characters(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

/* A list of {key, value}, whose members are called as given. */
struct pairs {
	const char *list, *key, *value;
	size_t max;
};
static const struct pairs resource_tags = {
	"ResourceTags", "ResourceTagKey", "ResourceTagValue", RESOURCE_TAGS_MAX};
static const struct pairs exclude_tags = {
	"ExcludeResourceTags", "ResourceTagKey", "ResourceTagValue", EXCLUDE_TAGS_MAX};
static const struct pairs own_tags = {"Tags", "Key", "Value", TAGS_MAX};

static bool pair_fits(struct call *c, const struct pairs *p, const json_t *pair)
{
	const char *key = in_text(pair, p->key), *value = in_text(pair, p->value);

	if (!*key || characters(key) > KEY_MAX)
		return refuse(c, "A tag key must have 1 to 128 characters.");
	if (value && characters(value) > VALUE_MAX)
		return refuse(c, "A tag value can have at most 256 characters.");
	if (p == &own_tags && strncmp(key, "aws:", 4) == 0)
		return refuse(c, "Tag keys starting with 'aws:' are reserved for internal use.");
	return true;
}

static bool same_text(const json_t *a, const json_t *b, const char *member)
{
	const char *one = in_text(a, member), *two = in_text(b, member);

	return one && two ? strcmp(one, two) == 0 : one == two;
}

static bool pairs_fit(struct call *c, const struct pairs *p)
{
	json_t *list = in_list(c->in, p->list), *pair, *other;
	char text[96];
	size_t i, k;

	if (json_array_size(list) > p->max) {
		snprintf(text, sizeof text, "%s can have at most %zu entries.", p->list, p->max);
		return refuse(c, text);
	}
	json_array_foreach(list, i, pair)
	{
		if (!pair_fits(c, p, pair))
			return false;
		for (k = 0; k < i; k++) {
			other = json_array_get(list, k);
			if (same_text(pair, other, p->key) &&
				(p == &own_tags || same_text(pair, other, p->value)))
				return refuse(c, "The same tag is given twice.");
		}
	}
	return true;
}

static bool period_fits(struct call *c, const char *type)
{
	int64_t days = in_int(c->in, "RetentionPeriod.RetentionPeriodValue", 1);
	int64_t max = strcmp(type, "EBS_VOLUME") == 0 ? VOLUME_DAYS_MAX : DAYS_MAX;
	char text[128];

	if (days <= max)
		return true;
	snprintf(text, sizeof text,
		"The retention period for the resource type %s must be from 1 to %lld days.", type,
		(long long)max);
	return refuse(c, text);
}

static bool description_fits(struct call *c)
{
	const char *text = in_text(c->in, "Description");

	if (text && (characters(text) > DESCRIPTION_MAX || strpbrk(text, "\t\r\n")))
		return refuse(c,
			"A description can have at most 255 characters, with no white space but blanks.");
	return true;
}

/* Tag-level rules have no exclusions, and only Region-level rules without any can be locked. */
static bool level_fits(struct call *c, const json_t *rule)
{
	bool tags = json_array_size(in_list(rule, "ResourceTags")) != 0;
	bool excludes = json_array_size(in_list(rule, "ExcludeResourceTags")) != 0;

	if (tags && excludes)
		return refuse(c,
			"Exclusion tags can be specified for Region-level retention rules only.");
	if (in_has(rule, "LockConfiguration") && tags)
		return refuse(c, "Tag-level retention rules can't be locked.");
	if (in_has(rule, "LockConfiguration") && excludes)
		return refuse(c, "Retention rules that have exclusion tags can't be locked.");
	return true;
}

static bool members_fit(struct call *c, const char *type)
{
	return period_fits(c, type) && description_fits(c) && pairs_fit(c, &resource_tags) &&
	       pairs_fit(c, &exclude_tags);
}

/* ---- finding a rule ---- */

static bool identifier_fits(const char *id)
{
	return strlen(id) == IDENTIFIER && strspn(id, alphanumeric) == IDENTIFIER;
}

/* The rule's document, or NULL and a fault. */
static json_t *rule_for(struct call *c)
{
	const char *id = in_text(c->in, "Identifier");
	struct buf value = BUF_INIT;
	json_t *rule;

	if (!identifier_fits(id)) {
		buf_addf(&value, "'%s'", id);
		call_fault(c, FAULT_VALIDATION, value.s, "identifier",
			"satisfy regular expression pattern: [0-9a-zA-Z]{11}");
		buf_release(&value);
		return NULL;
	}
	rule = call_get(c, kind, id);
	return rule ? rule : call_fault(c, FAULT_BIN_RULE_NOT_FOUND, id);
}

static bool is_lock_state(const json_t *rule, const char *state)
{
	const char *have = in_text(rule, "LockState");

	return have && strcmp(have, state) == 0;
}

/* Neither locked nor waiting for the end of its unlock delay. */
static json_t *rule_for_change(struct call *c)
{
	json_t *rule = rule_for(c);

	if (!rule)
		return NULL;
	if (is_lock_state(rule, "locked"))
		return call_fault(c, FAULT_BIN_RULE_STATE, in_text(rule, "Identifier"),
			"locked: unlock it first.");
	if (is_lock_state(rule, "pending_unlock"))
		return call_fault(c, FAULT_BIN_RULE_STATE, in_text(rule, "Identifier"),
			"pending_unlock: its unlock delay has not expired.");
	return rule;
}

/* ---- answers ---- */

/* What the operation's answer has of the rule. */
static json_t *rule_answer(const struct call *c, const json_t *rule)
{
	const struct model_shape *s = model_shape(c->op->output);
	json_t *answer = json_object();

	for (size_t i = 0; i < s->members.n; i++) {
		const char *name = model_text(model_member_at(s, i)->name);

		json_object_set(answer, name, json_object_get(rule, name));
	}
	return answer;
}

static json_t *put_rule(struct call *c, json_t *rule)
{
	json_t *answer = rule_answer(c, rule);
	char id[WORLD_ID];

	snprintf(id, sizeof id, "%s", in_text(rule, "Identifier"));
	call_put(c, kind, id, rule);
	return answer;
}

/* ---- CreateRule, UpdateRule, DeleteRule ---- */

static void new_identifier(struct call *c, char out[IDENTIFIER + 1])
{
	uint64_t n = world_random(c->w);

	for (size_t i = 0; i < IDENTIFIER; i++, n /= sizeof alphanumeric - 1)
		out[i] = alphanumeric[n % (sizeof alphanumeric - 1)];
	out[IDENTIFIER] = '\0';
}

static json_t *new_rule(struct call *c)
{
	static const char *const as_given[] = {"Description", "ResourceType", "RetentionPeriod",
		"LockConfiguration", "ExcludeResourceTags"};
	char id[IDENTIFIER + 1], rest[32];
	struct buf arn = BUF_INIT;
	json_t *rule, *tags = in_list(c->in, "ResourceTags"), *own = in_list(c->in, "Tags");

	new_identifier(c, id);
	snprintf(rest, sizeof rest, "rule/%s", id);
	rule = json_pack("{s:s, s:s, s:o, s:o}", "Identifier", id, "RuleArn",
		call_arn(c, "rbin", rest, &arn), "ResourceTags",
		tags ? json_deep_copy(tags) : json_array(), "_Tags",
		own ? json_deep_copy(own) : json_array());
	buf_release(&arn);
	for (size_t i = 0; i < ARRAY_LEN(as_given); i++)
		json_object_set(rule, as_given[i], json_object_get(c->in, as_given[i]));
	if (in_has(rule, "LockConfiguration"))
		json_object_set_new(rule, "LockState", json_string("locked"));
	set_pending(c, rule);
	return rule;
}

static json_t *create_rule(struct call *c)
{
	json_t *rule, *answer;

	if (!members_fit(c, in_text(c->in, "ResourceType")) || !pairs_fit(c, &own_tags) ||
		!level_fits(c, c->in))
		return NULL;
	if (world_count(c->w, call_place(c, kind)) >= RULES_MAX)
		return call_fault(c, FAULT_BIN_RULE_LIMIT, (long long)RULES_MAX);
	rule = new_rule(c);
	answer = put_rule(c, json_incref(rule));
	json_object_set(answer, "Tags", json_object_get(rule, "_Tags"));
	json_decref(rule);
	return answer;
}

static json_t *get_rule(struct call *c)
{
	json_t *rule = rule_for(c);

	return rule ? rule_answer(c, rule) : NULL;
}

/* A rule that has been locked and is unlocked keeps its lock configuration; it does not stand in
 * the way of tags. */
static bool update_fits(struct call *c, json_t *rule)
{
	const char *type = in_text(c->in, "ResourceType");
	json_t *unlocked = json_copy(rule);
	bool fits = false;

	json_object_del(unlocked, "LockConfiguration");
	if (type && strcmp(type, in_text(rule, "ResourceType")) != 0)
		refuse(c, "The resource type of a retention rule can't be changed.");
	else
		fits = members_fit(c, in_text(rule, "ResourceType")) && level_fits(c, unlocked);
	json_decref(unlocked);
	return fits;
}

static json_t *update_rule(struct call *c)
{
	static const char *const as_given[] = {
		"Description", "RetentionPeriod", "ResourceTags", "ExcludeResourceTags"};
	json_t *rule = rule_for_change(c);

	if (!rule)
		return NULL;
	rule = call_edit(rule);
	for (size_t i = 0; i < ARRAY_LEN(as_given); i++)
		json_object_set(rule, as_given[i], json_object_get(c->in, as_given[i]));
	if (!json_array_size(in_list(rule, "ExcludeResourceTags")))
		json_object_del(rule, "ExcludeResourceTags");
	if (!update_fits(c, rule)) {
		json_decref(rule);
		return NULL;
	}
	set_pending(c, rule);
	return put_rule(c, rule);
}

/* What is in the bin stays until its own time is over. */
static json_t *delete_rule(struct call *c)
{
	if (!rule_for_change(c))
		return NULL;
	call_drop(c, kind, in_text(c->in, "Identifier"));
	return json_object();
}

/* ---- ListRules ---- */

/* Whether the rule names all tags that are asked for. */
static bool names_all(const json_t *rule, const json_t *in, const char *member)
{
	json_t *have = in_list(rule, member), *want, *tag;
	size_t i, k;

	json_array_foreach(in_list(in, member), i, want)
	{
		bool found = false;

		json_array_foreach(have, k, tag) found |=
			same_text(want, tag, "ResourceTagKey") &&
			(!in_has(want, "ResourceTagValue") ||
				same_text(want, tag, "ResourceTagValue"));
		if (!found)
			return false;
	}
	return true;
}

static bool is_listed(const struct call *c, const json_t *rule)
{
	const char *state = in_text(c->in, "LockState");

	return strcmp(in_text(rule, "ResourceType"), in_text(c->in, "ResourceType")) == 0 &&
	       (!state || is_lock_state(rule, state)) && names_all(rule, c->in, "ResourceTags") &&
	       names_all(rule, c->in, "ExcludeResourceTags");
}

static json_t *list_rules(struct call *c)
{
	static const char *const members[] = {
		"Identifier", "Description", "RetentionPeriod", "LockState", "RuleArn"};
	struct world_cursor at = {0};
	json_t *list = json_array(), *summary;
	struct resource r;

	while (call_next(c, kind, &at, &r)) {
		if (!is_listed(c, r.doc))
			continue;
		summary = json_object();
		for (size_t i = 0; i < ARRAY_LEN(members); i++)
			json_object_set(summary, members[i], json_object_get(r.doc, members[i]));
		json_array_append_new(list, summary);
	}
	return json_pack("{s:o}", "Rules", list);
}

/* ---- LockRule, UnlockRule ---- */

/* Also during the unlock delay, which is there so that one can. */
static json_t *lock_rule(struct call *c)
{
	json_t *rule = rule_for(c);

	if (!rule)
		return NULL;
	if (is_lock_state(rule, "locked"))
		return call_fault(
			c, FAULT_BIN_RULE_STATE, in_text(rule, "Identifier"), "locked already.");
	rule = call_edit(rule);
	json_object_set(rule, "LockConfiguration", json_object_get(c->in, "LockConfiguration"));
	if (!level_fits(c, rule)) {
		json_decref(rule);
		return NULL;
	}
	json_object_set_new(rule, "LockState", json_string("locked"));
	json_object_del(rule, "LockEndTime");
	json_object_del(rule, "_Unlocked");
	wait_for_next(c->w, rule);
	return put_rule(c, rule);
}

static json_t *unlock_rule(struct call *c)
{
	json_t *rule = rule_for(c);
	int64_t end;

	if (!rule)
		return NULL;
	if (!is_lock_state(rule, "locked"))
		return call_fault(
			c, FAULT_BIN_RULE_STATE, in_text(rule, "Identifier"), "not locked.");
	rule = call_edit(rule);
	end = call_now(c) +
	      day_ms * in_int(rule, "LockConfiguration.UnlockDelay.UnlockDelayValue", 0);
	json_object_set_new(rule, "LockState", json_string("pending_unlock"));
	json_object_set_new(rule, "LockEndTime", time_json(end));
	json_object_set_new(rule, "_Unlocked", json_integer(end));
	wait_for_next(c->w, rule);
	return put_rule(c, rule);
}

/* ---- tags of a rule ---- */

static json_t *rule_of_arn(struct call *c)
{
	const char *given = in_text(c->in, "ResourceArn"), *id = strrchr(given, '/');
	struct buf arn = BUF_INIT, rest = BUF_INIT;
	json_t *rule = NULL;

	if (strncmp(given, "arn:aws:rbin:", 13) != 0 || !id || !identifier_fits(id + 1)) {
		refuse(c, "The ARN is not that of a retention rule.");
		return NULL;
	}
	buf_addf(&rest, "rule%s", id);
	if (strcmp(call_arn(c, "rbin", rest.s, &arn), given) == 0)
		rule = call_get(c, kind, id + 1);
	buf_release(&arn);
	buf_release(&rest);
	return rule ? rule : call_fault(c, FAULT_BIN_RULE_NOT_FOUND, id + 1);
}

static size_t tag_place(const json_t *tags, const char *key)
{
	size_t i;
	json_t *tag;

	json_array_foreach((json_t *)(uintptr_t)tags, i, tag)
	{
		if (strcmp(in_text(tag, "Key"), key) == 0)
			return i;
	}
	return json_array_size(tags);
}

static json_t *tag_rule(struct call *c)
{
	json_t *rule = pairs_fit(c, &own_tags) ? rule_of_arn(c) : NULL, *tags, *tag;
	size_t i, at;

	if (!rule)
		return NULL;
	rule = call_edit(rule);
	tags = json_object_get(rule, "_Tags");
	json_array_foreach(in_list(c->in, "Tags"), i, tag)
	{
		at = tag_place(tags, in_text(tag, "Key"));
		if (at < json_array_size(tags))
			json_array_set(tags, at, tag);
		else
			json_array_append(tags, tag);
	}
	if (json_array_size(tags) > TAGS_MAX) {
		json_decref(rule);
		return call_fault(c, FAULT_BIN_TAG_LIMIT, (long long)TAGS_MAX);
	}
	json_decref(put_rule(c, rule));
	return json_object();
}

static json_t *untag_rule(struct call *c)
{
	json_t *rule = rule_of_arn(c), *tags, *key;
	size_t i, at;

	if (!rule)
		return NULL;
	rule = call_edit(rule);
	tags = json_object_get(rule, "_Tags");
	json_array_foreach(in_list(c->in, "TagKeys"), i, key)
	{
		at = tag_place(tags, json_string_value(key));
		if (at < json_array_size(tags))
			json_array_remove(tags, at);
	}
	json_decref(put_rule(c, rule));
	return json_object();
}

static json_t *list_tags(struct call *c)
{
	json_t *rule = rule_of_arn(c);

	return rule ? json_pack("{s:O}", "Tags", json_object_get(rule, "_Tags")) : NULL;
}

static const struct handler handlers[] = {
	{"CreateRule", create_rule},
	{"GetRule", get_rule},
	{"ListRules", list_rules},
	{"UpdateRule", update_rule},
	{"DeleteRule", delete_rule},
	{"LockRule", lock_rule},
	{"UnlockRule", unlock_rule},
	{"TagResource", tag_rule},
	{"UntagResource", untag_rule},
	{"ListTagsForResource", list_tags},
	{NULL, NULL},
};
static const struct timer_handler timers[] = {
	{"rule-settles", settles_timer},
	{"bin-over", over_timer},
	{NULL, NULL},
};
const struct family ops_rbin = {"rbin", handlers, timers};
