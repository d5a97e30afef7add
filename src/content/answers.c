/* answers.c - see answers.h. */
#include "content/answers.h"

#include "base/buf.h"
#include "base/intl.h"
#include "base/map.h"
#include "base/text.h"

#include <ctype.h>
#include <string.h>

const char *const guesser_name[GUESSERS] = {
	[GUESS_LONGEST] = "longest",
	[GUESS_SHORTEST] = "shortest",
	[GUESS_ECHO] = "echo",
};

const char *guesser_label(enum guesser g)
{
	static const char *const labels[GUESSERS] = {
		[GUESS_LONGEST] = N_("the longest option"),
		[GUESS_SHORTEST] = N_("the shortest option"),
		[GUESS_ECHO] = N_("the option with most words of the question"),
	};

	return _(labels[g]);
}

static bool is_right(const struct option *o)
{
	return o->right.at.line != 0;
}

static const struct text *text_of(const struct option *o)
{
	return is_right(o) ? &o->right : &o->wrong;
}

static int right_of(const struct question *q)
{
	int right = -1;

	for (size_t i = 0; i < q->n_options; i++)
		if (is_right(&q->options[i]))
			right = right < 0 ? (int)i : -2;
	return right;
}

/* The index of the right option of a question that is measured, or a negative number. */
static int measured(const struct library *l, const struct question *q)
{
	if (q->n_options != ANSWERS_POSITIONS || !map_get(&l->checked_files, q->at.file))
		return -1;
	return right_of(q);
}

/* ---- words ---- */

/* The next word at *s: letters and digits of ASCII, or other letters. Bytes; 0: there is none. */
static size_t next_word(const char **s)
{
	size_t n = 0;

	while (**s && !(isalnum((unsigned char)**s) || (unsigned char)**s >= 0x80))
		++*s;
	while ((*s)[n] && (isalnum((unsigned char)(*s)[n]) || (unsigned char)(*s)[n] >= 0x80))
		n++;
	return n;
}

/* What makes two words the same: lower case; of Korean the first two letters, for particles follow.
 * False: too short to mean anything. */
static bool stem(const char *word, size_t n, struct buf *out)
{
	buf_clear(out);
	if ((unsigned char)*word >= 0x80) {
		buf_add(out, word, n < 6 ? n : 6);
		return n >= 6;
	}
	for (size_t i = 0; i < n; i++)
		buf_addc(out, (char)tolower((unsigned char)word[i]));
	return n >= 4;
}

static void words_of(const char *s, struct map *words, struct arena *arena)
{
	struct buf word = BUF_INIT;
	size_t n;

	for (; (n = next_word(&s)); s += n)
		if (stem(s, n, &word))
			map_add(words, arena_strndup(arena, word.s, word.len), words);
	buf_release(&word);
}

static int shared_words(const char *s, const struct map *words)
{
	struct buf word = BUF_INIT;
	struct map counted = {0};
	struct arena arena = {0};
	int shared;

	words_of(s, &counted, &arena);
	shared = 0;
	for (size_t i = 0; i < counted.cap; i++)
		shared += counted.slots[i].key && map_get(words, counted.slots[i].key);
	map_release(&counted);
	arena_release(&arena);
	buf_release(&word);
	return shared;
}

/* ---- guessing ---- */

static void appeal(const struct question *q, enum lang lang, enum guesser g, int out[])
{
	struct map words = {0};
	struct arena arena = {0};

	words_of(text_in(&q->ask, lang), &words, &arena);
	for (size_t i = 0; i < q->n_options; i++) {
		const char *s = text_in(text_of(&q->options[i]), lang);

		out[i] = g == GUESS_ECHO      ? shared_words(s, &words)
			 : g == GUESS_LONGEST ? text_swidth(s)
					      : -text_swidth(s);
	}
	map_release(&words);
	arena_release(&arena);
}

static double hit(const struct question *q, int right, enum lang lang, enum guesser g)
{
	int value[ANSWERS_POSITIONS], best, n = 0;

	appeal(q, lang, g, value);
	best = value[0];
	for (int i = 1; i < ANSWERS_POSITIONS; i++)
		best = value[i] > best ? value[i] : best;
	for (int i = 0; i < ANSWERS_POSITIONS; i++)
		n += value[i] == best;
	return value[right] == best ? 1.0 / n : 0;
}

void answers_measure(const struct library *l, struct answers *out)
{
	*out = (struct answers){0};
	for (size_t i = 0; i < l->n_questions; i++) {
		const struct question *q = l->questions[i];
		int right = measured(l, q);

		if (right < 0)
			continue;
		out->questions++;
		out->position[right]++;
		for (int g = 0; g < GUESSERS; g++)
			for (int lang = 0; lang < LANGS; lang++)
				out->hits[g][lang] +=
					hit(q, right, (enum lang)lang, (enum guesser)g);
	}
}

/* ---- warnings ---- */

/* Options that speak of the other options cannot be shuffled, and know the answer. */
static void check_phrases(struct library *l, const struct option *o)
{
	static const struct {
		enum lang lang;
		const char *phrase;
	} phrases[] = {
		{LANG_EN, "of the above"},
		{LANG_KO, "위의 모두"},
		{LANG_KO, "위 모두"},
		{LANG_KO, "모두 해당"},
		{LANG_KO, "정답 없음"},
		{LANG_KO, "위의 어느"},
	};
	const struct text *t = text_of(o);

	for (size_t i = 0; i < ARRAY_LEN(phrases); i++) {
		const char *s = t->in[phrases[i].lang];
		struct buf folded = BUF_INIT;

		if (s)
			text_fold(s, &folded);
		if (s && text_find(folded.s, phrases[i].phrase) >= 0)
			diag_warning(&l->diags, o->at,
				_("'%s' speaks of the other options, and options are shuffled; say what is meant"),
				phrases[i].phrase);
		buf_release(&folded);
	}
}

static void check_same(struct library *l, const struct question *q)
{
	for (int lang = 0; lang < LANGS; lang++) {
		struct map seen = {0};

		for (size_t i = 0; i < q->n_options; i++) {
			const char *s = text_of(&q->options[i])->in[lang];

			if (s && map_add(&seen, s, (void *)(uintptr_t)&q->options[i]) !=
					 &q->options[i])
				diag_warning(&l->diags, q->options[i].at,
					_("this option is the same as another of its question"));
		}
		map_release(&seen);
	}
}

/* Where a warning about all questions points: the first bank that was checked. */
static struct place somewhere(const struct library *l)
{
	for (size_t i = 0; i < l->n_questions; i++)
		if (map_get(&l->checked_files, l->questions[i]->at.file))
			return l->questions[i]->bank->at;
	return (struct place){0};
}

static void check_shares(struct library *l)
{
	struct answers a;

	answers_measure(l, &a);
	if (a.questions < ANSWERS_ENOUGH)
		return;
	for (int g = 0; g < GUESSERS; g++) {
		int most = g == GUESS_LONGEST ? ANSWERS_LONGEST_MAX : ANSWERS_GUESS_MAX;

		for (int lang = 0; lang < LANGS; lang++)
			if (a.hits[g][lang] * 100 > most * a.questions)
				diag_warning(&l->diags, somewhere(l),
					_("who always picks %s is right in %d%% of %d questions (%s); at most %d%%"),
					guesser_label((enum guesser)g),
					(int)(a.hits[g][lang] * 100 / a.questions), a.questions,
					lang_code[lang], most);
	}
	for (int i = 0; i < ANSWERS_POSITIONS; i++) {
		int share = a.position[i] * 100 / a.questions;

		if (share < ANSWERS_POSITION_MIN || share > ANSWERS_POSITION_MAX)
			diag_warning(&l->diags, somewhere(l),
				_("option %d is the right one in %d%% of %d questions; from %d%% to %d%% are even"),
				i + 1, share, a.questions, ANSWERS_POSITION_MIN,
				ANSWERS_POSITION_MAX);
	}
}

void answers_check(struct library *l)
{
	for (size_t i = 0; i < l->n_questions; i++) {
		struct question *q = l->questions[i];

		if (!map_get(&l->checked_files, q->at.file))
			continue;
		for (size_t k = 0; k < q->n_options; k++)
			check_phrases(l, &q->options[k]);
		check_same(l, q);
	}
	check_shares(l);
}
