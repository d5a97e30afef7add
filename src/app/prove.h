/*
 * prove.h - running a proof: the steps of a claim in a world of their own, in
 * memory, and whether what comes out is what is claimed.
 *
 * A start world (content/worlds) is set up from its own first moment, always
 * the same one, so that a proof gives the same ids on every machine. Steps are
 * lines as one would paste them into a shell: `aws ...`, `clock advance 15m`,
 * or NAME=$(aws ...); $NAME and ${NAME} stand for what earlier steps have set,
 * except between single quotes, and in the texts of `expect` too. Nothing outside is touched: no
 * file is written or read, no endpoint is asked, no variable of the learner's environment matters.
 * Labs check their tasks with the same steps.
 */
#ifndef APP_PROVE_H
#define APP_PROVE_H

#include "content/library.h"
#include "sim/sim.h"

struct proving; /* a world, and the values of its names */

/* The first moment of proofs and labs: 2026-11-21T09:00:00Z. */
#define PROVING_START_MS (INT64_C(1795251600) * 1000)

/* Sets the world up. NULL: the error says which step of it failed, with file
 * and line. The library stays the caller's, and has to live as long. */
struct proving *proving_begin(const struct library *l, const char *world, struct err *e);
/* The same in `sim` (stolen) as it is, with the profiles of the world; nothing
 * is set up. */
struct proving *proving_over(
	const struct library *l, const char *world, struct sim *sim, struct err *e);
void proving_end(struct proving *p); /* NULL is fine */

/* Runs steps, every one of which has to hold. */
bool proving_setup(struct proving *p, const struct step *steps, size_t n, struct err *e);
void proving_name(struct proving *p, const char *name, const char *value);
const struct map *proving_names(const struct proving *p); /* to texts */
struct sim *proving_sim(struct proving *p);
struct sim *proving_take(struct proving *p); /* the caller's now */

/* The files of the AWS CLI that a world's profiles make; appended. */
void prove_world_profiles(const struct world *w, struct buf *config, struct buf *credentials);

/* What one step did. */
struct proved {
	struct buf line;          /* the command with its names replaced */
	struct sim_answer answer; /* what it printed */
	bool holds;               /* expect or fault came true; a step with neither succeeded */
	struct buf wrong;         /* else: what was expected and what came, for a person */
	struct place at;          /* what of the step `wrong` or the error is about */
};
void proved_init(struct proved *p);
void proved_release(struct proved *p);
/* False: the step could not be run at all (a name without a value, a command
 * that is not ours, an endpoint). */
bool proving_step(struct proving *p, const struct step *step, struct proved *out, struct err *e);

/* Runs a proof to its end. False: `at` is what does not hold (a step of the
 * proof; its world, if that could not be set up), and the error says what came
 * instead, without that place. */
bool prove(const struct library *l, const struct proof *proof, struct place *at, struct err *e);

struct proofs {
	size_t held, failed;
	size_t skipped; /* of documents with errors, or in no world that there is:
			   told already */
};
/* Runs every proof of the checked notes and banks. What does not hold is
 * reported into l->diags. */
void prove_library(struct library *l, struct proofs *out);

struct app;
struct look;
/* Shows a proof step by step: Enter for the next, q to leave. The key that
 * ended it if that is KEY_EOF or KEY_SIGNAL, else KEY_NONE. `claim`: what it
 * proves (the question or card), shown above; may be NULL. `look`: the language
 * of it; L changes it for this view alone. */
int prove_view(struct app *a, const struct proof *proof, const struct text *claim,
	const struct look *look);

#endif
