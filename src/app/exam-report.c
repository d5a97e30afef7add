/* exam-report.c - an attempt as data: JSON with all that is kept of it, CSV with a row a question.
 */
#include "app/exam.h"

#include "base/intl.h"

#include <string.h>

/* ---- JSON ---- */

static json_t *score_json(const struct attempt *t)
{
	struct score_domain d[PAPER_DOMAINS];
	struct score score = attempt_score(t, d);
	json_t *domains = json_array();

	for (size_t i = 0; i < t->n_domains; i++)
		json_array_append_new(domains,
			json_pack("{s:i, s:o, s:i, s:i, s:i}", "domain", t->domains[i].id, "title",
				exam_text_json(&t->domains[i].title), "weight",
				t->domains[i].weight, "scored", d[i].scored, "right", d[i].right));
	return json_pack("{s:i, s:i, s:i, s:i, s:[i, i], s:o}", "estimate", score.estimate, "low",
		score.low, "high", score.high, "pass", t->pass, "scale", t->lowest, t->highest,
		"domains", domains);
}

static json_t *sat_json(struct app *a, const struct attempt *t, const struct sat *sat)
{
	struct buf picked = BUF_INIT;
	json_t *o;

	options_write(sat->asked.picked, &picked);
	o = json_pack("{s:i, s:s, s:i, s:b, s:s, s:s, s:s, s:b, s:b, s:s, s:I, s:s, s:o}", "number",
		sat->number, "item", sat->item, "domain", t->domains[sat->domain].id, "scored",
		sat->scored, "order", sat->order, "key", sat->key, "picked", picked.s, "correct",
		sat->correct, "flagged", sat->flagged, "confidence", sure_code[sat->sure],
		"taken_ms", (json_int_t)sat->taken_ms, "now",
		sat_now_code[sat_now(&a->library, sat)], "question",
		json_loads(sat->body, 0, NULL));
	buf_release(&picked);
	return o;
}

static json_t *mark_json(const struct exam_mark *m)
{
	return json_pack("{s:I, s:I}", "elapsed_ms", (json_int_t)m->elapsed_ms, "utc_ms",
		(json_int_t)m->wall_ms);
}

static bool take_entry(void *ctx, const struct exam_entry *entry)
{
	static const char *const kinds[EXAM_ENTRY_KINDS] = {
		[EXAM_ANSWER] = "answer",
		[EXAM_FLAG] = "flag",
		[EXAM_SURE] = "confidence",
		[EXAM_LOOK] = "look",
		[EXAM_RESUME] = "resume",
	};
	json_t *o = json_pack("{s:I, s:s, s:s, s:I}", "id", (json_int_t)entry->id, "kind",
		kinds[entry->kind], "value", entry->value, "taken_ms", (json_int_t)entry->taken_ms);

	if (entry->number)
		json_object_set_new(o, "number", json_integer(entry->number));
	if (entry->kind == EXAM_ANSWER)
		json_object_set_new(o, "correct", json_boolean(entry->correct));
	json_object_set_new(o, "at", mark_json(&entry->mark));
	json_array_append_new(ctx, o);
	return true;
}

bool exam_json(struct app *a, const struct attempt *t, json_t **out, struct err *e)
{
	json_t *sats = json_array(), *entries = json_array();
	char day[DAY_TEXT];

	if (!store_each_entry(a->store, t->is.id, take_entry, entries, e)) {
		json_decref(sats);
		json_decref(entries);
		return false;
	}
	for (size_t i = 0; i < t->n; i++)
		json_array_append_new(sats, sat_json(a, t, &t->sats[i]));
	*out = json_pack("{s:I, s:s, s:o, s:s, s:I, s:b, s:i, s:s, s:o, s:o, s:o, s:o, s:o}",
		"attempt", (json_int_t)t->is.id, "exam", t->is.exam, "title",
		exam_text_json(&t->title), "state", exam_end_code[t->is.how], "seed",
		(json_int_t)t->is.seed, "class", t->is.class_paper, "minutes", t->is.minutes, "day",
		day_format(t->is.day, day), "begun", mark_json(&t->is.mark), "ended",
		mark_json(&t->is.ended), "score",
		t->is.how == EXAM_ABANDONED ? json_null() : score_json(t), "questions", sats,
		"entries", entries);
	return true;
}

/* ---- CSV ---- */

/* Quoted where RFC 4180 wants it; ids and numbers hardly ever do. */
static void add_field(struct buf *out, const char *s)
{
	if (!strpbrk(s, ",\"\n\r")) {
		buf_adds(out, s);
		return;
	}
	buf_addc(out, '"');
	for (; *s; s++)
		buf_addn(out, *s == '"' ? "\"\"" : (char[]){*s, '\0'}, 1);
	buf_addc(out, '"');
}

/* Options by the numbers that stood on the screen of that paper. */
static void add_options(const struct sat *sat, uint32_t options, struct buf *out)
{
	struct buf digits = BUF_INIT;

	exam_digits(&sat->asked, options, ",", &digits);
	buf_addc(out, ',');
	add_field(out, digits.s);
	buf_release(&digits);
}

static void csv_row(const struct attempt *t, const struct sat *sat, struct buf *out)
{
	buf_addf(out, "%lld,", (long long)t->is.id);
	add_field(out, t->is.exam);
	buf_addf(out, ",%d,", sat->number);
	add_field(out, sat->item);
	buf_addf(out, ",%d,%d", t->domains[sat->domain].id, sat->scored);
	add_options(sat, question_key(sat->asked.q), out);
	add_options(sat, sat->asked.picked, out);
	buf_addf(out, ",%d,%d,%s,%lld.%03d,", sat->correct, sat->flagged, sure_code[sat->sure],
		(long long)sat->taken_ms / 1000, (int)(sat->taken_ms % 1000));
	add_field(out, sat->order);
	buf_adds(out, "\r\n");
}

void exam_csv(const struct attempt *t, struct buf *out)
{
	buf_adds(out,
		"attempt,exam,number,item,domain,scored,key,picked,correct,flagged,confidence,seconds,order\r\n");
	for (size_t i = 0; i < t->n; i++)
		csv_row(t, &t->sats[i], out);
}
