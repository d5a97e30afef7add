/* describe.c - the way of all Describe operations: ids, who sees what, filters; see call.h. */
#include "ops/account.h"
#include "ops/filter.h"

#include "base/map.h"

#include <string.h>

struct walk {
	struct call *c;
	const struct describe *d;
	struct filters filters;
	json_t *list;
};

/* The document as the caller sees it: another's tags are not shown, one's own on another's resource
 * are. */
static json_t *plain_view(const struct call *c, const struct resource *r)
{
	json_t *tags, *copy;

	if (strcmp(r->in.account, c->who.account) == 0)
		return json_incref(r->doc);
	copy = json_copy(r->doc);
	json_object_del(copy, "Tags");
	tags = tags_seen(c, r);
	if (tags)
		json_object_set_new(copy, "Tags", tags);
	return copy;
}

static void add(struct walk *walk, const struct resource *r)
{
	json_t *view = walk->d->view ? walk->d->view(walk->c, r) : plain_view(walk->c, r);

	if (view && filters_pass(&walk->filters, view))
		json_array_append(walk->list, view);
	json_decref(view);
}

static bool find(const struct walk *walk, const char *id, struct resource *r)
{
	const struct call *c = walk->c;

	if (walk->d->all) {
		if (!call_find(c, walk->d->kind, id, r))
			return false;
	} else {
		*r = (struct resource){
			call_place(c, walk->d->kind), id, call_get(c, walk->d->kind, id), 0};
		if (!r->doc)
			return false;
	}
	return !walk->d->seen || walk->d->seen(c, r);
}

static bool by_ids(struct walk *walk, json_t *ids)
{
	struct map known = {0};
	struct resource r;
	json_t *each;
	size_t i;

	json_array_foreach(ids, i, each)
	{
		const char *id = json_string_value(each);

		if (walk->d->prefix && !id_fits(id, walk->d->prefix)) {
			call_fault(walk->c, walk->d->malformed, id);
			break;
		}
		if (!find(walk, id, &r)) {
			call_fault(walk->c, walk->d->not_found, id);
			break;
		}
		if (!map_get(&known, id)) {
			map_add(&known, id, each);
			add(walk, &r);
		}
	}
	map_release(&known);
	return !call_failed(walk->c);
}

static void place_of_account(struct walk *walk, const char *account)
{
	const struct describe *d = walk->d;
	struct world_cursor at = {0};
	struct resource r;

	while (world_next(walk->c->w, place(account, walk->c->who.region, d->kind), &at, &r))
		if ((!d->seen || d->seen(walk->c, &r)) && (!d->listed || d->listed(walk->c, &r)))
			add(walk, &r);
}

static void by_place(struct walk *walk)
{
	struct account_cursor at = {0};
	const char *account;

	if (!walk->d->all) {
		place_of_account(walk, walk->c->who.account);
		return;
	}
	while (account_next(walk->c->w, &at, &account))
		place_of_account(walk, account);
}

json_t *call_describe(struct call *c, const struct describe *d)
{
	struct walk walk = {.c = c, .d = d};
	json_t *ids = d->ids ? in_list(c->in, d->ids) : NULL;
	bool ok = true;

	if (!filters_check(c))
		return NULL;
	filters_read(c, d->filters, &walk.filters);
	walk.list = json_array();
	if (json_array_size(ids))
		ok = by_ids(&walk, ids);
	else
		by_place(&walk);
	filters_free(&walk.filters);
	if (!ok) {
		json_decref(walk.list);
		return NULL;
	}
	return json_pack("{s:o}", d->result, walk.list);
}
