/*
 * cost.h - what a world costs: what the simulator counts, times the prices of the library.
 */
#ifndef APP_COST_H
#define APP_COST_H

#include "content/library.h"
#include "sim/sim.h"

/* One thing that is billed of one resource, all its spans together. What has no price has a NULL
 * price, and no amounts. Amounts are in US dollars. */
struct cost_row {
	char *account, *region, *kind, *id, *item; /* owned, as what follows */
	char *name, *image;                        /* NULL: none */
	double quantity;                           /* the latest */
	int64_t from_ms, to_ms;
	bool now, orphan;
	const struct price *price;
	double so_far, month; /* month: if it stays as it is */
};

/* All rows of one item. */
struct cost_sum {
	const char *item; /* of a row */
	const struct price *price;
	size_t rows;
	double so_far, month;
};

struct cost {
	struct cost_row *rows; /* the dearest a month first */
	size_t n_rows, cap_rows;
	struct cost_sum *sums; /* the same way */
	size_t n_sums, cap_sums;
	const struct prices **lists; /* that were used: those of packs go before the shipped one */
	size_t n_lists;
	double so_far, month;
	size_t orphans; /* snapshots */
	double orphan_month;
	size_t unpriced; /* rows */
	bool several_accounts, several_regions;
	bool other_regions; /* than those of the prices */
	int64_t start_ms, now_ms, known_ms;
	bool complete; /* false: what was deleted before known_ms is not among them */
};

void cost_reckon(const struct library *l, struct sim *s, struct cost *c);
void cost_release(struct cost *c);

/* "0.0500", or "<0.0001" of what is more than nothing. At most six decimals. */
void cost_add_amount(struct buf *out, double amount, int decimals);

#endif
