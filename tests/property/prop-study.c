/*
 * prop-study.c - random study histories through the store, held against a second opinion.
 *
 * The second opinion (struct book) knows the rules in another shape: a list of appointments that
 * a pass crosses out and a fail replaces, replayed from the first event each time. Histories jump
 * between time zones, over DST and leap days, back in time, and undo and redo at will.
 *
 * usage: prop-study [HISTORIES]   environment: SEED, AMIDOJO_TEST_SCALE (divides the default)
 */
#include "base/mem.h"
#include "store/store.h"
#include "study/forecast.h"

#include <inttypes.h>
#include <unistd.h>

enum {
	ITEMS = 4,
	STEPS_MAX = 60,
	BATCH = 250, /* histories in one store, proved by one replay */
	WINDOW = 400,
	FIRST_DAY = 9000, /* 1994: every history lies between these */
	LAST_DAY = 40000,
	OFFSET_LAST = 400,
};

static const char *const ladder_texts[] = {"1,4,7,14/60,180", "1,4,7,14", "1", "1,2,3,4,5/6",
	"3,10/20,40,90", "2,4,8,16,32,64/128,256"};

/* --- random numbers (splitmix64) ---------------------------------------------------------- */

static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static int pick(uint64_t *state, int n)
{
	return (int)(next_random(state) % (uint64_t)n);
}

/* --- the second opinion ------------------------------------------------------------------- */

/* One event as the model remembers it. */
struct deed {
	enum event_kind kind;
	int item;
	bool correct;
	day_t day;
	struct ladder ladder;
	int64_t taken_ms;
	uint64_t hash;
};

/* An item's state as appointments: absolute days, oldest first; the first `rungs` are rungs. */
struct book {
	bool begun, mistake;
	int appointment[LADDER_MAX], n, rungs;
	int crossed; /* appointments that were kept */
	day_t start, counted;
	int fails;
	uint64_t hash;
	struct ladder ladder;
};

enum verdict_of_deed { IDLE, LEARNED, PASSED, FAILED, DRILLED };

struct opinion {
	enum verdict_of_deed what;
	int rung;
};

static void make_appointments(struct book *b, const struct ladder *l, day_t start)
{
	int i;

	for (i = 0; i < l->n_all; i++)
		b->appointment[i] = start + l->offset[i];
	b->n = l->n_all;
	b->rungs = l->n_rungs;
	b->crossed = 0;
	b->start = start;
	b->ladder = *l;
}

static struct opinion book_review(struct book *b, const struct deed *d)
{
	struct opinion o = {DRILLED, 0};

	if (!b->begun)
		return (struct opinion){IDLE, 0};
	b->mistake = !d->correct;
	if (b->crossed == b->n || d->day < b->appointment[b->crossed])
		return o;
	o.rung = b->appointment[b->crossed] - b->start;
	b->counted = d->day;
	o.what = d->correct ? PASSED : FAILED;
	if (d->correct) {
		while (b->crossed < b->n && b->appointment[b->crossed] <= d->day)
			b->crossed++;
	} else {
		make_appointments(b, &d->ladder, d->day);
		b->fails++;
	}
	return o;
}

static struct opinion book_deed(struct book *b, const struct deed *d)
{
	struct opinion o = {IDLE, 0};

	if (d->kind == EVENT_REVIEW || (d->kind == EVENT_QUIZ && b->begun))
		return book_review(b, d);
	if (d->kind == EVENT_QUIZ) {
		b->begun = true;
		b->counted = d->day;
		b->mistake = !d->correct;
		b->hash = d->hash;
		make_appointments(b, &d->ladder, d->day);
		o.what = DRILLED;
	} else if (d->kind == EVENT_PRACTICE && b->begun) {
		b->mistake = !d->correct;
		o.what = DRILLED;
	} else if (d->kind == EVENT_LEARN && !b->begun) {
		b->begun = true;
		b->counted = d->day;
		b->hash = d->hash;
		make_appointments(b, &d->ladder, d->day);
		o.what = LEARNED;
	} else if (d->kind == EVENT_CHANGED && b->begun) {
		make_appointments(b, &d->ladder, d->day > b->counted ? d->day : b->counted);
		b->hash = d->hash;
	} else if (d->kind == EVENT_SAME) {
		b->hash = d->hash;
	}
	return o;
}

static struct book book_of(const struct deed *deeds, int n, int item)
{
	struct book b = {.counted = DAY_NONE};
	int i;

	for (i = 0; i < n; i++)
		if (deeds[i].item == item)
			book_deed(&b, &deeds[i]);
	return b;
}

static bool book_agrees(const struct book *b, const struct stored_card *c)
{
	const struct card *k = &c->card;
	day_t due = b->begun && b->crossed < b->n ? b->appointment[b->crossed] : DAY_NONE;
	enum card_stage stage = !b->begun                ? CARD_NEW
				: b->crossed >= b->rungs ? CARD_LONGTERM
							 : CARD_LEARNING;
	int i;

	if (k->mistake != b->mistake || k->fails != b->fails || k->last_day != b->counted ||
		c->hash != b->hash || card_due(k) != due || card_stage(k) != stage)
		return false;
	if (!b->begun)
		return k->d0 == DAY_NONE;
	if (k->d0 != b->start || k->ladder.n_all != b->n || k->ladder.n_rungs != b->rungs)
		return false;
	for (i = 0; i < b->n; i++)
		if (k->ladder.offset[i] != b->appointment[i] - b->start)
			return false;
	return true;
}

/* --- one history -------------------------------------------------------------------------- */

struct totals {
	struct day_numbers day[LAST_DAY - FIRST_DAY + 1];
	struct rung_numbers rung[OFFSET_LAST + 1];
	int64_t reads;
};

struct history {
	struct store *s;
	uint64_t *random;
	long number;
	int items;
	char name[ITEMS + 1][48]; /* the last one is a note that is read */
	int32_t version[ITEMS + 1];
	struct deed deeds[STEPS_MAX], undone[STEPS_MAX];
	struct stored_card before[STEPS_MAX]; /* the item's card before deeds[i] */
	int n, n_undone;
	struct moment now;
	int rollover;
	struct ladder ladder;
	char why[1400];
};

static bool complain(struct history *h, const char *what, const struct err *e)
{
	snprintf(h->why, sizeof h->why, "after %d events: %s%s%s", h->n, what, e ? ": " : "",
		e ? e->text : "");
	return false;
}

static struct ladder random_ladder(uint64_t *random)
{
	struct ladder l = ladder_default;

	ladder_parse(ladder_texts[pick(random, (int)ARRAY_LEN(ladder_texts))], &l, NULL);
	return l;
}

/* 1996, 2000, 2004 ... 2096 shortly before 29 February, or any day. */
static day_t random_start(uint64_t *random)
{
	if (pick(random, 4) == 0)
		return day_from_civil((struct civil){1996 + 4 * pick(random, 21), 2, 20}) +
		       pick(random, 10);
	return 10000 + pick(random, 20000);
}

static void begin(struct history *h, struct store *s, uint64_t *random, long number)
{
	int i;

	*h = (struct history){.s = s, .random = random, .number = number};
	h->items = 1 + pick(random, ITEMS);
	for (i = 0; i < h->items; i++)
		snprintf(h->name[i], sizeof h->name[i], "note-%ld/cue-%d", number, i);
	snprintf(h->name[ITEMS], sizeof h->name[ITEMS], "note-%ld", number);
	h->now.utc_ms = (int64_t)random_start(random) * 86400000 + pick(random, 86400000);
	h->now.offset_min = -720 + 15 * pick(random, 105);
	h->rollover = 60 * pick(random, 24);
	h->ladder = random_ladder(random);
}

/* Minutes, hours, days or months go by; sometimes the clock or the learner jumps. */
static void pass_time(struct history *h)
{
	static const int64_t reach_min[] = {5, 60, 1440, 1440, 4320, 20000, 100000};
	int64_t minutes;

	minutes = reach_min[pick(h->random, (int)ARRAY_LEN(reach_min))];
	h->now.utc_ms += (int64_t)(next_random(h->random) % (uint64_t)(minutes * 60000));
	switch (pick(h->random, 16)) {
	case 0: /* DST */
		h->now.offset_min += h->now.offset_min > 0 ? -60 : 60;
		break;
	case 1: /* a journey */
		h->now.offset_min = -720 + 15 * pick(h->random, 105);
		break;
	case 2: /* the clock is put back */
		h->now.utc_ms -= (int64_t)pick(h->random, 3 * 1440) * 60000;
		break;
	case 3:
		h->rollover = pick(h->random, 1440);
		break;
	case 4: /* the setting changes */
		h->ladder = random_ladder(h->random);
		break;
	default:
		break;
	}
}

/* A quiz is a review to what is in the ladder already. */
static bool reviews(const struct deed *d)
{
	return d->kind == EVENT_REVIEW || d->kind == EVENT_QUIZ;
}

/* A pass moves nothing, one counted review a day, graduation only at the last rung. */
static bool rules_hold(struct history *h, const struct deed *d, const struct stored_card *was,
	const struct stored_card *is)
{
	const struct card *a = &was->card, *b = &is->card;
	int last;

	if (reviews(d) && d->correct && a->d0 != DAY_NONE &&
		(a->d0 != b->d0 || a->ladder.n_all != b->ladder.n_all || b->credited < a->credited))
		return complain(h, "a pass moved due days", NULL);
	if (reviews(d) && card_is_due(a, d->day) && a->last_day >= d->day)
		return complain(h, "due twice on one day", NULL);
	if (d->kind == EVENT_PRACTICE && (a->d0 != b->d0 || a->credited != b->credited))
		return complain(h, "a drill moved the ladder", NULL);
	if (card_stage(a) != CARD_LONGTERM && card_stage(b) == CARD_LONGTERM) {
		last = a->ladder.offset[a->ladder.n_rungs - 1];
		if (!reviews(d) || !d->correct || d->day - a->d0 < last)
			return complain(h, "graduated too early", NULL);
	}
	if (card_is_due(b, d->day) && reviews(d) && card_is_due(a, d->day))
		return complain(h, "still due after the review", NULL);
	return true;
}

static bool check_item(struct history *h, int item)
{
	struct book b = book_of(h->deeds, h->n, item);
	struct stored_card c;
	struct err e;

	if (!store_card(h->s, h->name[item], &c, &e))
		return complain(h, "store_card", &e);
	if (!book_agrees(&b, &c))
		return complain(h, "card and book differ", NULL);
	if (c.version != h->version[item])
		return complain(h, "the version does not count the events", NULL);
	return true;
}

/* Plays `c` day by day with card_apply, passing whatever is due, and compares. */
static bool forecast_holds(struct history *h, const struct card *c, day_t today)
{
	int foretold[WINDOW] = {0}, happened[WINDOW] = {0};
	struct card k = *c;
	struct card_event pass = {EVENT_REVIEW, 0, true, ladder_default};
	int i;

	forecast_card(c, today, true, foretold, WINDOW);
	for (i = 0; i < WINDOW; i++) {
		pass.day = today + i;
		if (!card_is_due(&k, pass.day))
			continue;
		happened[i]++;
		card_apply(&k, &pass);
	}
	if (memcmp(foretold, happened, sizeof happened) != 0)
		return complain(h, "the forecast is not what happens", NULL);
	return true;
}

static struct deed random_deed(struct history *h)
{
	static const enum event_kind kinds[] = {EVENT_LEARN, EVENT_LEARN, EVENT_REVIEW,
		EVENT_REVIEW, EVENT_REVIEW, EVENT_REVIEW, EVENT_REVIEW, EVENT_REVIEW,
		EVENT_PRACTICE, EVENT_SAME, EVENT_CHANGED, EVENT_READ, EVENT_QUIZ, EVENT_QUIZ};
	struct deed d = {.kind = kinds[pick(h->random, (int)ARRAY_LEN(kinds))]};
	struct stored_card c;
	day_t due;

	d.item = d.kind == EVENT_READ ? ITEMS : pick(h->random, h->items);
	d.correct = pick(h->random, 4) != 0;
	d.ladder = h->ladder;
	d.taken_ms = pick(h->random, 30000);
	d.hash = next_random(h->random);
	d.day = day_of_moment(h->now, h->rollover);
	/* Often go straight to the due day, else few histories would ever graduate. */
	if (reviews(&d) && pick(h->random, 2) && store_card(h->s, h->name[d.item], &c, NULL)) {
		due = card_due(&c.card);
		if (due != DAY_NONE && due > d.day && due < LAST_DAY - 500) {
			h->now.utc_ms += (int64_t)(due - d.day) * 86400000;
			d.day = due;
		}
	}
	return d;
}

static bool record_deed(struct history *h)
{
	struct deed d = random_deed(h);
	struct record r = {.kind = d.kind,
		.item = h->name[d.item],
		.hash = d.hash,
		.answer = "x",
		.correct = d.correct,
		.taken_ms = d.taken_ms,
		.ladder = d.ladder,
		.at = h->now,
		.day = d.day};
	struct stored_card was, is;
	struct err e;

	if (d.day < FIRST_DAY || d.day > LAST_DAY)
		return true;
	if (!store_card(h->s, r.item, &was, &e))
		return complain(h, "store_card", &e);
	if (pick(h->random, 8) == 0) { /* somebody else's answer came first */
		r.expected = was.version + 1;
		if (store_record(h->s, &r, NULL, &e) || e.code != ERR_CONFLICT)
			return complain(h, "a stale answer was taken", NULL);
	}
	r.expected = d.kind == EVENT_READ ? -1 : was.version;
	if (!store_record(h->s, &r, &is, &e))
		return complain(h, "store_record", &e);
	h->version[d.item] += d.kind != EVENT_READ;
	h->before[h->n] = was;
	h->deeds[h->n++] = d;
	h->n_undone = 0;
	if (d.kind == EVENT_READ)
		return true;
	return rules_hold(h, &d, &was, &is) && check_item(h, d.item) &&
	       forecast_holds(h, &is.card, d.day + pick(h->random, 40) - 3);
}

static bool undo_deed(struct history *h)
{
	struct stored_card c;
	struct undone u;
	struct err e;
	struct deed *d;

	if (h->n == 0)
		return true;
	if (!store_undo(h->s, h->now, day_of_moment(h->now, h->rollover), &u, &e))
		return complain(h, "store_undo", &e);
	d = &h->deeds[--h->n];
	h->undone[h->n_undone++] = *d;
	h->version[d->item] += d->kind != EVENT_READ;
	if (u.kind != d->kind || strcmp(u.item, h->name[d->item]) != 0 || u.day != d->day)
		return complain(h, "undo took another event", NULL);
	if (!store_card(h->s, h->name[d->item], &c, &e))
		return complain(h, "store_card", &e);
	if (!card_equal(&c.card, &h->before[h->n].card) || c.hash != h->before[h->n].hash)
		return complain(h, "undo did not restore the card", NULL);
	return d->kind == EVENT_READ || check_item(h, d->item);
}

static bool redo_deed(struct history *h)
{
	bool possible = h->n_undone > 0;
	struct undone u;
	struct err e;
	struct deed *d;

	if (!possible && h->n == 0)
		return true; /* another history of this store may have left something to redo */
	if (store_redo(h->s, h->now, day_of_moment(h->now, h->rollover), &u, &e) != possible)
		return complain(h, possible ? "store_redo" : "redo after a new event",
			possible ? &e : NULL);
	if (!possible)
		return e.code == ERR_NOTHING || complain(h, "store_redo", &e);
	d = &h->undone[--h->n_undone];
	h->version[d->item] += d->kind != EVENT_READ;
	h->deeds[h->n++] = *d;
	if (u.kind != d->kind || strcmp(u.item, h->name[d->item]) != 0)
		return complain(h, "redo took another event", NULL);
	return d->kind == EVENT_READ || check_item(h, d->item);
}

/* Adds what is in force at the end to the totals of the batch. */
static void add_up(const struct history *h, struct totals *t)
{
	struct book books[ITEMS] = {0};
	struct day_numbers *n;
	struct opinion o;
	int i;

	for (i = 0; i < ITEMS; i++)
		books[i].counted = DAY_NONE;
	for (i = 0; i < h->n; i++) {
		n = &t->day[h->deeds[i].day - FIRST_DAY];
		n->taken_ms += h->deeds[i].taken_ms;
		if (h->deeds[i].kind == EVENT_READ) {
			n->read++;
			t->reads++;
			continue;
		}
		o = book_deed(&books[h->deeds[i].item], &h->deeds[i]);
		n->learned += o.what == LEARNED;
		n->passed += o.what == PASSED;
		n->failed += o.what == FAILED;
		n->practised += o.what == DRILLED;
		t->rung[o.rung].passed += o.what == PASSED;
		t->rung[o.rung].failed += o.what == FAILED;
	}
}

static bool run_history(struct history *h, struct totals *t)
{
	int steps = 5 + pick(h->random, STEPS_MAX - 5), i, what;
	bool ok = true;

	for (i = 0; ok && i < steps; i++) {
		pass_time(h);
		what = pick(h->random, 10);
		ok = what == 0 ? undo_deed(h) : what == 1 ? redo_deed(h) : record_deed(h);
	}
	/* Often a run of undo and back: everything must return. */
	for (i = 0, what = pick(h->random, 6); ok && i < what; i++)
		ok = undo_deed(h);
	for (what = pick(h->random, 2) ? what : 0; ok && what > 0 && h->n_undone > 0; what--)
		ok = redo_deed(h);
	add_up(h, t);
	return ok;
}

/* --- a batch ------------------------------------------------------------------------------ */

struct tally {
	struct totals *t;
	bool same;
};

static bool same_day(void *ctx, const struct day_numbers *d)
{
	struct tally *tally = ctx;
	struct day_numbers *n = &tally->t->day[d->day - FIRST_DAY];

	if (n->learned != d->learned || n->passed != d->passed || n->failed != d->failed ||
		n->practised != d->practised || n->read != d->read || n->taken_ms != d->taken_ms)
		tally->same = false;
	*n = (struct day_numbers){0};
	return true;
}

static bool same_rung(void *ctx, const struct rung_numbers *r)
{
	struct tally *tally = ctx;
	struct rung_numbers *n = &tally->t->rung[r->offset];

	if (n->passed != r->passed || n->failed != r->failed)
		tally->same = false;
	*n = (struct rung_numbers){0};
	return true;
}

static bool count_reads(void *ctx, const char *note, day_t first, day_t last, int times)
{
	struct tally *tally = ctx;

	(void)note;
	tally->same = tally->same && first <= last && times > 0;
	tally->t->reads -= times;
	return true;
}

/* Whatever the store reported is gone from the totals, so they must be empty now. */
static bool nothing_left(const struct totals *t)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(t->day); i++)
		if (t->day[i].learned || t->day[i].passed || t->day[i].failed ||
			t->day[i].practised || t->day[i].read)
			return false;
	for (i = 0; i < ARRAY_LEN(t->rung); i++)
		if (t->rung[i].passed || t->rung[i].failed)
			return false;
	return t->reads == 0;
}

static bool batch_holds(struct store *s, struct totals *t, char *why, size_t size)
{
	struct tally tally = {t, true};
	struct verdict v;
	struct err e = {0};

	if (!store_each_day(s, FIRST_DAY, LAST_DAY, same_day, &tally, &e) ||
		!store_each_rung(s, same_rung, &tally, &e) ||
		!store_each_read(s, count_reads, &tally, &e) || !store_verify(s, &v, &e)) {
		snprintf(why, size, "%s", e.text);
		return false;
	}
	if (!tally.same || !nothing_left(t)) {
		snprintf(
			why, size, "the numbers of days, rungs or notes differ from the histories");
		return false;
	}
	if (v.differences != 0) {
		snprintf(why, size, "%" PRId64 " differences: %s", v.differences, v.first);
		return false;
	}
	return true;
}

struct score {
	long passed, failed;
};

static void fail(struct score *score, uint64_t seed, long history, const char *why)
{
	score->failed++;
	printf("history %ld (SEED=%" PRIu64 "): %s\n", history, seed, why);
}

/* Every history has its own seed, so one can be looked at alone. */
static void run_batch(uint64_t seed, long from, long to, struct score *score)
{
	const struct store_options o = {.path = ":memory:"};
	struct totals *t = xcalloc(1, sizeof *t);
	struct history *h = xmalloc(sizeof *h);
	struct err e = {0};
	struct store *s = store_open(&o, &e);
	uint64_t random;
	bool ok = s != NULL;
	long i;

	for (i = from; ok && i < to; i++) {
		random = seed + (uint64_t)i * 1000003u;
		begin(h, s, &random, i);
		ok = run_history(h, t);
		if (ok)
			score->passed++;
		else
			fail(score, seed, i, h->why);
	}
	if (!s)
		fail(score, seed, from, e.text);
	else if (ok && !batch_holds(s, t, h->why, sizeof h->why))
		fail(score, seed, to - 1, h->why);
	store_close(s);
	free(h);
	free(t);
}

static long wanted(int argc, char **argv)
{
	const char *scale = getenv("AMIDOJO_TEST_SCALE");
	long n = argc > 1 ? atol(argv[1]) : 10000 / (scale && atol(scale) > 0 ? atol(scale) : 1);

	return n > 0 ? n : 1;
}

int main(int argc, char **argv)
{
	const char *text = getenv("SEED");
	uint64_t seed = text ? strtoull(text, NULL, 10)
			     : (uint64_t)time(NULL) * 2654435761u ^ (uint64_t)getpid();
	long n = wanted(argc, argv), i;
	struct score score = {0, 0};

	printf("SEED=%" PRIu64 ", %ld histories\n", seed, n);
	for (i = 0; i < n && score.failed < 10; i += BATCH)
		run_batch(seed, i, i + BATCH < n ? i + BATCH : n, &score);
	printf("%ld passed, %ld failed\n", score.passed, score.failed);
	return score.failed != 0;
}
