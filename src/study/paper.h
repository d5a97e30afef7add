/*
 * paper.h - which questions an exam's paper has, and in what order: pure functions of a seed.
 *
 * Rules (study-rules "Exams"): the domains have exactly the shares that their weights give, scored
 * and unscored questions each by largest remainder; a question that serves several domains counts
 * for one of them; unseen questions come first; mocks never adapt to what was answered.
 *
 * A class paper comes from its seed alone, so that everybody with the same bank gets the same one:
 * what the learner has seen does not matter. Seeds 1 and 2, 3 and 4, and so on are pairs whose
 * papers share no question, if the bank has enough for two.
 *
 * A paper of the learner's own leaves, if it can, a whole further paper among the unseen questions.
 */
#ifndef STUDY_PAPER_H
#define STUDY_PAPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PAPER_DOMAINS = 20,
	PAPER_OPTIONS = 8,
	PAPER_LENGTH = 500,
};

/* How many questions of each domain, by its index in the exam. */
struct paper_plan {
	int n_domains;
	int scored[PAPER_DOMAINS], unscored[PAPER_DOMAINS];
};

/* `weights` sum to 100. Of `length` questions as many are scored as of the exam's own scored +
 * unscored. Largest remainder; the earlier domain wins a tie. length: 1..PAPER_LENGTH. */
void paper_plan_make(struct paper_plan *p, const int weights[], int n_domains, int scored,
	int unscored, int length);
int paper_length(const struct paper_plan *p);

struct paper_question {
	const char *id;
	uint32_t domains; /* bit i: it serves the exam's domain of index i; 0: never drawn */
	int options;      /* 2..PAPER_OPTIONS */
	int seen;         /* in how many papers of this learner it was */
};

struct paper_place {
	size_t question; /* index into the questions */
	int domain;      /* index of the one it counts for */
	bool scored;
	uint8_t order[PAPER_OPTIONS]; /* the options as they are shown, by index */
};

/*
 * Fills places[paper_length(plan)] in the order in which they are asked. The order of `questions`
 * does not matter. seed: >= 1. False: there are too few; *lacking[i] (n_domains of them) says how
 * many of each domain are missing in the best attempt.
 */
bool paper_draw(const struct paper_plan *plan, const struct paper_question *questions, size_t n,
	uint64_t seed, bool class_paper, struct paper_place places[], int lacking[]);

/* How many papers can be made of the questions without asking one twice. */
int paper_count(const struct paper_plan *plan, const struct paper_question *questions, size_t n);

/* ---- quizzes ---- */

enum mix { MIX_MISSED, MIX_UNSEEN, MIX_MASTERED, MIXES };

/* How many of each kind a quiz of n has: 9 missed, 4 unseen, 2 mastered of 15, by largest
 * remainder; what one kind lacks the others give, unseen first, then missed, then mastered. Answers
 * how many there are in all (less than n if the bank is small). */
int mix_make(int n, const int have[MIXES], int out[MIXES]);

#endif
