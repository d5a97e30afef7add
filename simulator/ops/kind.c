/* kind.c - see kind.h. */
#include "ops/kind.h"

#include "ops/call.h"

#include <string.h>

const struct kind kinds[] = {
	{"image", "image-id image-ids source-image-id", "Name", "State"},
	{"instance", "instance-id instance-ids", NULL, "State.Name"},
	{"volume", "volume-id volume-ids", NULL, "State"},
	{"snapshot", "snapshot-id snapshot-ids source-snapshot-id source-snapshot-ids",
		"Description", "State"},
	{"key-pair", "key-name key-names", "KeyName", NULL},
	{"security-group", "group-id group-ids security-group-ids groups", "GroupName", NULL},
	{"security-group-rule", "security-group-rule-ids", NULL, NULL},
	{"vpc", "vpc-id vpc-ids", "CidrBlock", "State"},
	{"subnet", "subnet-id subnet-ids", "CidrBlock", "State"},
	{"internet-gateway", "internet-gateway-id internet-gateway-ids", NULL, NULL},
	{"route-table", "route-table-id route-table-ids", NULL, NULL},
	{"network-interface", "network-interface-id network-interface-ids", "Description",
		"Status"},
	{"address", "allocation-id allocation-ids", "PublicIp", NULL},
	{"launch-template", "launch-template-id launch-template-ids", "LaunchTemplateName", NULL},
	{"spot-request", "spot-instance-request-ids", NULL, "State"},
	{"root-volume-task", "replace-root-volume-task-ids", NULL, "TaskState"},
	{"profile-association", "association-id association-ids", NULL, "State"},
	{"import-image-task", "import-task-id import-task-ids", "Description", "Status"},
	{"export-image-task", "export-image-task-ids export-task-id", "Description", "Status"},
	{"key", "key-id kms-key-id", "Description", "KeyState"},
	{"alias", NULL, "AliasName", NULL},
	{"retention-rule", "identifier", "Description", "Status"},
	{"parameter", "name names", "Name", NULL},
	{NULL, NULL, NULL, NULL},
};

const struct kind *kind_find(const char *name)
{
	for (const struct kind *k = kinds; k->name; k++)
		if (strcmp(k->name, name) == 0)
			return k;
	return NULL;
}

static const char *name_tag(const json_t *doc)
{
	size_t i;
	json_t *tag;

	json_array_foreach(json_object_get(doc, "Tags"), i, tag)
	{
		const char *key = in_text(tag, "Key");

		if (key && strcmp(key, "Name") == 0)
			return in_text(tag, "Value");
	}
	return NULL;
}

const char *kind_label(const struct kind *k, const json_t *doc)
{
	const char *tag = name_tag(doc), *own = k->label ? in_text(doc, k->label) : NULL;
	const char *label = tag ? tag : own;

	return label && *label ? label : NULL;
}

const char *kind_state(const struct kind *k, const json_t *doc)
{
	return k->state ? in_text(doc, k->state) : NULL;
}

static bool has_word(const char *words, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = words; at && (at = strstr(at, word)); at += n)
		if ((at == words || at[-1] == ' ') && (at[n] == ' ' || !at[n]))
			return true;
	return false;
}

void ops_ids(
	struct world *w, const struct ops_caller *who, const char *option, ops_id_fn *fn, void *ctx)
{
	for (const struct kind *k = kinds; k->name; k++) {
		struct world_cursor at = {0};
		struct resource r;

		if (!k->options || !has_word(k->options, option))
			continue;
		while (world_next(w, place(who->account, who->region, k->name), &at, &r))
			fn(ctx, r.id, kind_label(k, r.doc));
	}
}
