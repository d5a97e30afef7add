/* resource.c - places, resources, settings and ids as handlers see them; see call.h. */
#include "ops/links.h"

#include "ops/account.h"
#include "ops/catalogue.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

struct place_of place(const char *account, const char *region, const char *kind)
{
	return (struct place_of){account, region, kind};
}

struct place_of call_place(const struct call *c, const char *kind)
{
	return place(c->who.account, c->who.region, kind);
}

json_t *call_get(const struct call *c, const char *kind, const char *id)
{
	return world_get(c->w, call_place(c, kind), id);
}

void call_put(struct call *c, const char *kind, const char *id, json_t *doc)
{
	world_put(c->w, call_place(c, kind), id, doc);
}

void call_drop(struct call *c, const char *kind, const char *id)
{
	world_put(c->w, call_place(c, kind), id, NULL);
}

json_t *call_edit(const json_t *doc)
{
	return json_deep_copy(doc);
}

void resource_put(struct world *w, const struct resource *r, json_t *doc)
{
	world_put(w, r->in, r->id, doc);
}

bool call_next(
	const struct call *c, const char *kind, struct world_cursor *at, struct resource *out)
{
	return world_next(c->w, call_place(c, kind), at, out);
}

/* ---- accounts ---- */

bool account_next(const struct world *w, struct account_cursor *c, const char **account)
{
	struct resource r;

	if (!c->catalogue) {
		if (world_next(w, place("", "", "account"), &c->own, &r)) {
			*account = r.id;
			return true;
		}
		c->catalogue = catalogue_accounts;
	}
	*account = *c->catalogue;
	if (*account) {
		c->catalogue++;
		return true;
	}
	while (world_next(w, place("", "", CATALOGUE_OWNER), &c->added, &r)) {
		*account = r.id;
		if (!world_get(w, place("", "", "account"), r.id)) /* else it came first */
			return true;
	}
	return false;
}

bool resource_find(const struct world *w, const char *region, const char *kind, const char *id,
	struct resource *out)
{
	struct account_cursor at = {0};
	const char *account;

	while (account_next(w, &at, &account)) {
		json_t *doc = world_get(w, place(account, region, kind), id);

		if (doc) {
			*out = (struct resource){place(account, region, kind), id, doc, 0};
			return true;
		}
	}
	return false;
}

bool call_find(const struct call *c, const char *kind, const char *id, struct resource *out)
{
	json_t *doc = call_get(c, kind, id);

	if (doc) {
		*out = (struct resource){call_place(c, kind), id, doc, 0};
		return true;
	}
	return resource_find(c->w, c->who.region, kind, id, out);
}

/* ---- forgetting ---- */

enum {
	FORGET_AT_ONCE = 2, /* more than are added, so that what is too much gets less */
	FORGET_LOOKS = 16,
	FORGET_SEARCH = 1000, /* looks, when the place is full */
	FORGET_ID = 512,      /* longer ones stay: objects in buckets alone can have them */
};

static enum fate fate_of(const struct world *w, const struct resource *r, fate_fn *fate)
{
	if (world_given(r))
		return FATE_KEEP;
	return fate ? fate(w, r) : FATE_SPARE;
}

/* Ids of what goes; how many. While there is room, only the first few are looked at: the oldest are
 * over first, nearly always. */
static size_t find_oldest(const struct world *w, struct place_of in, bool full, fate_fn *fate,
	char ids[FORGET_AT_ONCE][FORGET_ID])
{
	struct world_cursor at = {0};
	enum fate least = full ? FATE_SPARE : FATE_OVER;
	struct resource r;
	size_t n = 0;

	for (int i = full ? FORGET_SEARCH : FORGET_LOOKS; i > 0 && n < FORGET_AT_ONCE; i--) {
		if (!world_next(w, in, &at, &r))
			break;
		if (strlen(r.id) < FORGET_ID && fate_of(w, &r, fate) >= least)
			snprintf(ids[n++], FORGET_ID, "%s", r.id);
	}
	return n;
}

void forget_oldest(struct world *w, struct place_of in, size_t most, fate_fn *fate)
{
	char ids[FORGET_AT_ONCE][FORGET_ID];
	size_t n = find_oldest(w, in, world_count(w, in) >= most, fate, ids);

	while (n)
		world_put(w, in, ids[--n], NULL);
}

enum fate fate_by_timer(const struct world *w, const struct resource *r)
{
	const char *what = in_text(r->doc, "_timer.do"), *end = what ? strrchr(what, '-') : NULL;

	(void)w;
	return end && strcmp(end, "-forget") == 0 ? FATE_SPARE : FATE_KEEP;
}

/* ---- settings ---- */

json_t *setting_get(const struct call *c, const char *name)
{
	return call_get(c, "setting", name);
}

void setting_put(struct call *c, const char *name, json_t *doc)
{
	call_put(c, "setting", name, doc);
}

/* ---- ids ---- */

void call_id(struct call *c, const char *prefix, char out[WORLD_ID])
{
	world_make_id(c->w, prefix, out);
}

bool id_fits(const char *id, const char *prefix)
{
	size_t n = strlen(prefix), digits = 0;

	if (strncmp(id, prefix, n) != 0 || id[n] != '-')
		return false;
	for (id += n + 1; isxdigit((unsigned char)*id) && !isupper((unsigned char)*id); id++)
		digits++;
	return !*id && (digits == 8 || digits == 17);
}

char *call_arn(struct call *c, const char *service, const char *rest, struct buf *out)
{
	buf_clear(out);
	buf_addf(out, "arn:aws:%s:%s:%s:%s", service, c->who.region, c->who.account, rest);
	return out->s;
}
