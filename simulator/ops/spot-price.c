/* spot-price.c - what spare capacity costs, now and before: the same in every world; see spot.h. */
#include "ops/spot.h"

#include "ops/region.h"

#include "base/mem.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	DAY_MS = 86400 * 1000,
	STEP_MS = 3 * DAY_MS, /* a price holds so long */
	HISTORY_DAYS = 90,
	WINDOWS_VCPU = 4600, /* licence of a vCPU hour, in 1/100000 dollar */
};

char *spot_price_text(int64_t price, char out[SPOT_PRICE_TEXT])
{
	snprintf(
		out, SPOT_PRICE_TEXT, "%" PRId64 ".%05" PRId64 "0", price / 100000, price % 100000);
	return out;
}

static uint64_t mix(const char *a, const char *b, int64_t n)
{
	uint64_t h = 0xcbf29ce484222325u ^ (uint64_t)n * 0x9e3779b97f4a7c15u;

	for (; *a; a++)
		h = (h ^ (unsigned char)*a) * 0x100000001b3u;
	for (; *b; b++)
		h = (h ^ (unsigned char)*b) * 0x100000001b3u;
	h ^= h >> 29;
	return h * 0xbf58476d1ce4e5b9u >> 8;
}

/* When the prices of a type in a zone change: not all on the same day. */
static int64_t shift(const char *type, const char *zone)
{
	return (int64_t)(mix(type, zone, 0) % STEP_MS) / 1000 * 1000;
}

static int64_t step_of(const char *type, const char *zone, int64_t ms)
{
	return (ms - shift(type, zone)) / STEP_MS;
}

/* A third of the price on demand, more or less: a level of the zone, and a movement from step to
 * step. */
static int64_t price_in_step(const struct type_row *t, const char *zone, bool windows, int64_t step)
{
	uint64_t level = 28 + mix(t->facts.name, zone, 1) % 14;
	uint64_t move = mix(t->facts.name, zone, step + 2) % 600;
	int64_t price = (int64_t)((uint64_t)t->price * (level * 100 + move) / 10000);

	price += windows ? WINDOWS_VCPU * t->vcpus : 0;
	return price > 10 ? price : 10;
}

int64_t spot_price(const struct type_row *t, const char *zone, bool windows, int64_t ms)
{
	return price_in_step(t, zone, windows, step_of(t->facts.name, zone, ms));
}

/* ---- DescribeSpotPriceHistory ---- */

struct point {
	int64_t ms;
	const struct type_row *type;
	struct zone zone;
	bool windows;
	int64_t price;
};

struct history {
	struct call *c;
	int64_t from, to;
	struct point *points;
	size_t n, cap;
};

static int newest_first(const void *a, const void *b)
{
	const struct point *x = a, *y = b;
	int order;

	if (x->ms != y->ms)
		return x->ms < y->ms ? 1 : -1;
	order = strcmp(x->type->facts.name, y->type->facts.name);
	if (!order)
		order = strcmp(x->zone.name, y->zone.name);
	return order ? order : (int)x->windows - (int)y->windows;
}

/* All prices that held between `from` and `to`, with the time at which each began. Where the
 * account calls the zone otherwise the price is the same: it follows the zone's id. */
static void add_prices(struct history *h, const struct type_row *t, struct zone zone, bool windows)
{
	const char *name = t->facts.name;
	int64_t first = step_of(name, zone.id, h->from), last = step_of(name, zone.id, h->to);

	for (int64_t step = last; step >= first; step--) {
		ARRAY_GROW(h->points, h->n, h->cap);
		h->points[h->n++] = (struct point){step * STEP_MS + shift(name, zone.id), t, zone,
			windows, price_in_step(t, zone.id, windows, step)};
	}
}

/* "Linux/UNIX (Amazon VPC)" is the same market as "Linux/UNIX". */
static bool product_wanted(const struct call *c, const char *product)
{
	json_t *list = in_list(c->in, "ProductDescriptions"), *each;
	size_t i, n = strlen(product);

	json_array_foreach(list, i, each)
	{
		const char *text = json_string_value(each);

		if (strncmp(text, product, n) == 0 &&
			(!text[n] || strcmp(text + n, " (Amazon VPC)") == 0))
			return true;
	}
	return !json_array_size(list);
}

static bool type_wanted(const struct call *c, const struct type_row *t)
{
	json_t *list = in_list(c->in, "InstanceTypes");

	return type_can(t, 'S') && (!json_array_size(list) || list_has(list, t->facts.name));
}

static bool zone_wanted(const struct call *c, const struct zone *z)
{
	const char *name = in_text(c->in, "AvailabilityZone"),
		   *id = in_text(c->in, "AvailabilityZoneId");

	return (!name || strcmp(name, z->name) == 0) && (!id || strcmp(id, z->id) == 0);
}

static void collect(struct history *h)
{
	const struct region_facts *r = region_find(h->c->who.region);
	const struct type_row *t;

	for (size_t i = 0; r && (t = type_row_at(i)); i++) {
		for (size_t z = 0; type_wanted(h->c, t) && z < r->n_zones; z++) {
			struct zone zone = zone_of_account(h->c->who.account, r, z);

			if (!zone_wanted(h->c, &zone) ||
				!type_offered(t->facts.name, r->name, zone.id))
				continue;
			if (product_wanted(h->c, "Linux/UNIX"))
				add_prices(h, t, zone, false);
			if (product_wanted(h->c, "Windows") &&
				strstr(t->facts.architecture, "x86_64"))
				add_prices(h, t, zone, true);
		}
	}
	if (h->n)
		qsort(h->points, h->n, sizeof *h->points, newest_first);
}

static json_t *point_json(const struct point *p)
{
	char text[SPOT_PRICE_TEXT];

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "AvailabilityZone", p->zone.name,
		"AvailabilityZoneId", p->zone.id, "InstanceType", p->type->facts.name,
		"ProductDescription", p->windows ? "Windows" : "Linux/UNIX", "SpotPrice",
		spot_price_text(p->price, text), "Timestamp", time_json(p->ms));
}

static bool read_time(struct call *c, const char *name, int64_t *out)
{
	const char *text = in_text(c->in, name);

	if (!text || time_parse(text, out))
		return true;
	call_fault(c, FAULT_INVALID_VALUE, text, name, "");
	return false;
}

json_t *spot_describe_history(struct call *c)
{
	int64_t now = call_now(c);
	struct history h = {.c = c, .from = now - (int64_t)HISTORY_DAYS * DAY_MS, .to = now};
	json_t *list, *o;

	if (!filters_check(c) || !read_time(c, "StartTime", &h.from) ||
		!read_time(c, "EndTime", &h.to))
		return NULL;
	if (h.to > now)
		h.to = now;
	if (h.from < now - (int64_t)HISTORY_DAYS * DAY_MS)
		h.from = now - (int64_t)HISTORY_DAYS * DAY_MS;
	if (h.from > h.to)
		h.from = h.to;
	collect(&h);
	list = json_array();
	for (size_t i = 0; i < h.n; i++) {
		o = point_json(&h.points[i]);
		if (!json_array_size(in_list(c->in, "Filters")) || filters_match(c, NULL, o))
			json_array_append(list, o);
		json_decref(o);
	}
	free(h.points);
	return json_pack("{s:o}", "SpotPriceHistory", list);
}
