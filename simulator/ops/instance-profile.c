/* instance-profile.c - instance profiles of instances. IAM is not simulated: every well-formed name
 * is a profile; see instance.h. */
#include "ops/instance.h"

#include <ctype.h>
#include <string.h>

/* IAM user guide, "names": letters, digits and + = , . @ _ -, up to 128. */
static bool name_fits(const char *s)
{
	size_t n = 0;

	for (; s[n]; n++)
		if (!isalnum((unsigned char)s[n]) && !strchr("+=,.@_-", s[n]))
			return false;
	return n >= 1 && n <= 128;
}

/* The name at the end of "arn:aws:iam::123456789012:instance-profile/path/name"; NULL: no such ARN
 * of the caller. */
static const char *name_of_arn(const struct call *c, const char *arn)
{
	struct buf prefix = BUF_INIT;
	const char *slash = strrchr(arn, '/');
	bool fits;

	buf_addf(&prefix, "arn:aws:iam::%s:instance-profile/", c->who.account);
	fits = strncmp(arn, prefix.s, prefix.len) == 0;
	buf_release(&prefix);
	return fits && slash && name_fits(slash + 1) ? slash + 1 : NULL;
}

/* "AIPA..." made of the account and the name: the same profile has the same id. */
static json_t *profile_id(const struct call *c, const char *name)
{
	struct buf text = BUF_INIT;
	char hex[WORLD_ID];
	json_t *id;

	buf_addf(&text, "profile %s %s", c->who.account, name);
	world_fixed_id("AIPA", text.s, hex);
	buf_clear(&text);
	buf_adds(&text, "AIPA");
	for (const char *s = hex + 5; *s; s++)
		buf_addc(&text, (char)(isdigit((unsigned char)*s) ? 'Q' + (*s - '0')
								  : toupper((unsigned char)*s)));
	id = json_string(text.s);
	buf_release(&text);
	return id;
}

json_t *instance_profile(struct call *c, const json_t *specification)
{
	const char *arn = in_text(specification, "Arn"), *name = in_text(specification, "Name");
	struct buf full = BUF_INIT;
	json_t *profile;

	if (arn && name)
		return call_fault(c, FAULT_INVALID_COMBINATION,
			"The parameter 'iamInstanceProfile.name' may not be used in combination with 'iamInstanceProfile.arn'");
	if (!arn && !name)
		return call_fault(c, FAULT_MISSING_PARAMETER, "iamInstanceProfile.name");
	if (arn && !name_of_arn(c, arn))
		return call_fault(c, FAULT_INVALID_PROFILE, arn, "arn", "ARN");
	if (name && !name_fits(name))
		return call_fault(c, FAULT_INVALID_PROFILE, name, "name", "name");
	if (name)
		buf_addf(&full, "arn:aws:iam::%s:instance-profile/%s", c->who.account, name);
	profile = json_pack("{s:s, s:o}", "Arn", name ? full.s : arn, "Id",
		profile_id(c, name ? name : name_of_arn(c, arn)));
	buf_release(&full);
	return profile;
}

/* ---- associations: kind "profile-association" ---- */

enum { ASSOCIATES_MS = 3 * 1000, DISASSOCIATES_MS = 3 * 1000 };

json_t *instance_profile_associate(
	struct call *c, const char *instance_id, json_t *profile, const char *state)
{
	char id[WORLD_ID];
	json_t *doc;

	call_id(c, "iip-assoc", id);
	doc = json_pack("{s:s, s:s, s:O, s:s, s:o}", "AssociationId", id, "InstanceId", instance_id,
		"IamInstanceProfile", profile, "State", state, "Timestamp", time_json(call_now(c)));
	if (strcmp(state, "associating") == 0)
		timer_set(c->w, doc, ASSOCIATES_MS, "profile-associated");
	call_put(c, "profile-association", id, doc);
	return call_get(c, "profile-association", id);
}

/* The association of an instance that is not going away. */
static bool association_of(
	struct world *w, struct place_of in, const char *instance_id, struct resource *out)
{
	struct world_cursor at = {0};

	in.kind = "profile-association";
	while (world_next(w, in, &at, out))
		if (strcmp(in_text(out->doc, "InstanceId"), instance_id) == 0 &&
			strncmp(in_text(out->doc, "State"), "associat", 8) == 0)
			return true;
	return false;
}

void instance_profile_forget(struct world *w, struct place_of instances, const char *instance_id)
{
	struct resource r;

	while (association_of(w, instances, instance_id, &r))
		resource_put(w, &r, NULL);
}

static void instance_profile_set(struct call *c, const char *instance_id, json_t *profile)
{
	json_t *doc = call_get(c, "instance", instance_id);

	if (!doc)
		return;
	doc = call_edit(doc);
	if (profile)
		json_object_set(doc, "IamInstanceProfile", profile);
	else
		json_object_del(doc, "IamInstanceProfile");
	call_put(c, "instance", instance_id, doc);
}

json_t *instance_associate_profile(struct call *c)
{
	const char *id = in_text(c->in, "InstanceId");
	struct resource r, other;
	json_t *profile, *answer;
	int state;

	if (!instance_for_change(c, id, &r))
		return NULL;
	state = instance_state(r.doc);
	profile = instance_profile(c, in_get(c->in, "IamInstanceProfile"));
	if (!profile)
		return NULL;
	if (association_of(c->w, r.in, id, &other)) {
		json_decref(profile);
		return call_fault(c, FAULT_PROFILE_ASSOCIATED, id);
	}
	if (state == INSTANCE_TERMINATED || state == INSTANCE_SHUTTING_DOWN) {
		json_decref(profile);
		return call_fault(c, FAULT_INSTANCE_STATE,
			"The instance is not in a state in which an IAM instance profile can be associated.");
	}
	answer = instance_profile_associate(c, id, profile, "associating");
	instance_profile_set(c, id, profile);
	json_decref(profile);
	return json_pack("{s:O}", "IamInstanceProfileAssociation", answer);
}

json_t *instance_disassociate_profile(struct call *c)
{
	const char *id = in_text(c->in, "AssociationId");
	json_t *doc = call_get(c, "profile-association", id);

	if (!doc || strncmp(in_text(doc, "State"), "associat", 8) != 0)
		return call_fault(c, FAULT_INVALID_ASSOCIATION_ID, id);
	instance_profile_set(c, in_text(doc, "InstanceId"), NULL);
	doc = call_edit(doc);
	json_object_set_new(doc, "State", json_string("disassociating"));
	timer_set(c->w, doc, DISASSOCIATES_MS, "profile-disassociated");
	call_put(c, "profile-association", id, doc);
	return json_pack("{s:O}", "IamInstanceProfileAssociation", doc);
}

json_t *instance_describe_profiles(struct call *c)
{
	static const struct describe d = {
		.kind = "profile-association",
		.result = "IamInstanceProfileAssociations",
		.ids = "AssociationIds",
		.malformed = FAULT_INVALID_ASSOCIATION_ID,
		.not_found = FAULT_INVALID_ASSOCIATION_ID,
	};

	return call_describe(c, &d);
}

void instance_profile_associated(struct world *w, const struct resource *r)
{
	json_t *doc = call_edit(r->doc);

	timer_clear(doc);
	json_object_set_new(doc, "State", json_string("associated"));
	resource_put(w, r, doc);
}

void instance_profile_disassociated(struct world *w, const struct resource *r)
{
	resource_put(w, r, NULL);
}
