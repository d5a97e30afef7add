/* cost.c - see cost.h. */
#include "app/cost.h"

#include "base/mem.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* As AWS's own calculator has it: 365 days of 24 hours, by twelve. */
#define HOURS_A_MONTH 730.0
#define MS_AN_HOUR    3600000.0

/* ---- prices ---- */

/* Decimal text, whatever the locale: "0.0125". */
static double decimal(const char *s)
{
	double value = 0, unit = 1;
	bool point = false;

	for (; *s; s++) {
		if (*s == '.') {
			point = true;
			continue;
		}
		if (*s < '0' || *s > '9')
			return 0;
		value = value * 10 + (*s - '0');
		unit *= point ? 10 : 1;
	}
	return value / unit;
}

static void note_list(struct cost *c, const struct prices *list)
{
	for (size_t i = 0; i < c->n_lists; i++)
		if (c->lists[i] == list)
			return;
	c->lists[c->n_lists++] = list;
}

/* Documents come by rank, so that a pack's own prices count before the shipped ones. */
static const struct price *find_price(
	struct cost *c, const struct library *l, const char *item, const struct prices **list)
{
	const struct documents *d = &l->of[DOC_PRICES];

	for (size_t i = 0; i < d->len; i++) {
		const struct prices *p = d->items[i];

		for (size_t k = 0; k < p->n_items; k++) {
			if (strcmp(p->items[k].id.s, item) == 0) {
				note_list(c, p);
				*list = p;
				return &p->items[k];
			}
		}
	}
	return NULL;
}

/* US dollars of one unit in one hour. */
static double hourly(const struct price *p)
{
	double usd = decimal(p->usd.s);

	return strcmp(p->unit.s, "hour") == 0 ? usd : usd / HOURS_A_MONTH;
}

/* ---- rows ---- */

struct reckoning {
	struct cost *c;
	const struct library *l;
};

static bool same_resource(const struct cost_row *r, const struct sim_usage *u)
{
	return strcmp(r->id, u->id) == 0 && strcmp(r->kind, u->kind) == 0 &&
	       strcmp(r->region, u->region) == 0 && strcmp(r->account, u->account) == 0;
}

/* The resource's row of this item; its rows are the last ones. NULL: it has none yet. */
static struct cost_row *find_row(struct cost *c, const struct sim_usage *u)
{
	for (size_t i = c->n_rows; i && same_resource(&c->rows[i - 1], u); i--)
		if (strcmp(c->rows[i - 1].item, u->item) == 0)
			return &c->rows[i - 1];
	return NULL;
}

static void note_where(struct cost *c, const struct cost_row *r, const struct prices *list)
{
	if (strcmp(c->rows[0].account, r->account) != 0)
		c->several_accounts = true;
	if (strcmp(c->rows[0].region, r->region) != 0)
		c->several_regions = true;
	c->other_regions = c->other_regions || (list && strcmp(list->region.s, r->region) != 0);
}

static struct cost_row *add_row(struct reckoning *k, const struct sim_usage *u)
{
	struct cost *c = k->c;
	const struct prices *list = NULL;
	struct cost_row *r;

	ARRAY_GROW(c->rows, c->n_rows, c->cap_rows);
	r = &c->rows[c->n_rows++];
	*r = (struct cost_row){
		.account = xstrdup(u->account),
		.region = xstrdup(u->region),
		.kind = xstrdup(u->kind),
		.id = xstrdup(u->id),
		.item = xstrdup(u->item),
		.name = u->name ? xstrdup(u->name) : NULL,
		.image = u->of_image ? xstrdup(u->of_image) : NULL,
		.from_ms = u->from_ms,
		.price = find_price(c, k->l, u->item, &list),
	};
	note_where(c, r, list);
	return r;
}

static void take(void *ctx, const struct sim_usage *u)
{
	struct reckoning *k = ctx;
	struct cost_row *r = find_row(k->c, u);
	double rate;

	if (!r)
		r = add_row(k, u);
	rate = r->price ? hourly(r->price) * u->quantity : 0;
	r->quantity = u->quantity;
	r->to_ms = u->to_ms;
	r->now = u->now;
	r->orphan = u->orphan;
	r->so_far += rate * (double)(u->to_ms - u->from_ms) / MS_AN_HOUR;
	r->month = u->now ? rate * HOURS_A_MONTH : 0;
}

/* ---- sums ---- */

static struct cost_sum *sum_of(struct cost *c, const struct cost_row *r)
{
	for (size_t i = 0; i < c->n_sums; i++)
		if (strcmp(c->sums[i].item, r->item) == 0)
			return &c->sums[i];
	ARRAY_GROW(c->sums, c->n_sums, c->cap_sums);
	c->sums[c->n_sums] = (struct cost_sum){.item = r->item, .price = r->price};
	return &c->sums[c->n_sums++];
}

static void add_up(struct cost *c, const struct cost_row *r)
{
	struct cost_sum *s = sum_of(c, r);

	s->rows++;
	s->so_far += r->so_far;
	s->month += r->month;
	c->so_far += r->so_far;
	c->month += r->month;
	c->unpriced += !r->price;
	c->orphans += r->orphan;
	c->orphan_month += r->orphan ? r->month : 0;
}

static int dearer(double a, double b)
{
	return a > b ? -1 : a < b;
}

/* What is dear and goes on, then what was dear; equal ones as the simulator told them. */
static int by_cost(const void *a, const void *b)
{
	const struct cost_row *x = a, *y = b;
	int order = dearer(x->month, y->month);

	if (!order)
		order = dearer(x->so_far, y->so_far);
	if (!order && x->from_ms != y->from_ms)
		order = x->from_ms < y->from_ms ? -1 : 1;
	if (!order)
		order = strcmp(x->id, y->id);
	return order ? order : strcmp(x->item, y->item);
}

static int by_sum(const void *a, const void *b)
{
	const struct cost_sum *x = a, *y = b;
	int order = dearer(x->month, y->month);

	if (!order)
		order = dearer(x->so_far, y->so_far);
	return order ? order : strcmp(x->item, y->item);
}

void cost_reckon(const struct library *l, struct sim *s, struct cost *c)
{
	struct reckoning k = {c, l};

	*c = (struct cost){.start_ms = sim_start(s), .now_ms = sim_now(s)};
	c->lists = xcalloc(l->of[DOC_PRICES].len + 1, sizeof *c->lists);
	c->complete = sim_remembers_all(s, &c->known_ms);
	sim_usage(s, take, &k);
	for (size_t i = 0; i < c->n_rows; i++)
		add_up(c, &c->rows[i]);
	if (c->n_rows)
		qsort(c->rows, c->n_rows, sizeof c->rows[0], by_cost);
	if (c->n_sums)
		qsort(c->sums, c->n_sums, sizeof c->sums[0], by_sum);
}

void cost_release(struct cost *c)
{
	for (size_t i = 0; i < c->n_rows; i++) {
		struct cost_row *r = &c->rows[i];
		char *owned[] = {r->account, r->region, r->kind, r->id, r->item, r->name, r->image};

		for (size_t k = 0; k < ARRAY_LEN(owned); k++)
			free(owned[k]);
	}
	free(c->rows);
	free(c->sums);
	free((void *)c->lists);
	*c = (struct cost){0};
}

/* Not by printf's %f, which writes a comma in half of the world's locales. */
void cost_add_amount(struct buf *out, double amount, int decimals)
{
	int64_t unit = 1, n;

	for (int i = 0; i < decimals; i++)
		unit *= 10;
	n = (int64_t)(amount * (double)unit + 0.5);
	if (!n && amount > 0) {
		buf_addc(out, '<');
		n = 1;
	}
	buf_addf(out, "%" PRId64, n / unit);
	if (decimals)
		buf_addf(out, ".%0*" PRId64, decimals, n % unit);
}
