/* prove-all.c - every proof of notes and banks, and every lab, for `amidojo check --prove`;
 * see prove.h. */
#include "app/prove.h"

#include "app/lab-course.h"

struct run {
	struct library *library;
	struct proofs *sum;
	bool sound; /* the document was read in full; else its errors were told */
};

static bool is_known(const struct library *l, const char *world)
{
	return map_get(&l->of[DOC_WORLD].by_id, world) ||
	       map_get(&l->broken[DOC_WORLD].by_id, world);
}

static void run_proofs(struct run *r, const struct proof *proofs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct place at;
		struct err e = {0};

		if (!r->sound || !is_known(r->library, proofs[i].world.s)) {
			r->sum->skipped++;
		} else if (prove(r->library, &proofs[i], &at, &e)) {
			r->sum->held++;
		} else {
			r->sum->failed++;
			diag_error(&r->library->diags, at, "%s", e.text);
		}
	}
}

/* A lab holds for the seed of nobody, and for as many others as its values have to be seen. */
enum { LAB_SEEDS = 3 };

static void run_lab(struct run *r, const struct lab *lab)
{
	struct place at;
	struct err e = {0};
	bool ok = true;

	if (!r->sound || !is_known(r->library, lab->world.s)) {
		r->sum->skipped++;
		return;
	}
	for (uint64_t seed = 0; ok && seed < (lab->n_vary ? LAB_SEEDS : 1); seed++)
		ok = course_prove(r->library, lab, seed, &at, &e);
	r->sum->held += ok;
	r->sum->failed += !ok;
	if (!ok)
		diag_error(&r->library->diags, at, "%s", e.text);
}

static void run_documents(struct run *r, enum document kind, const struct documents *of)
{
	for (size_t i = 0; i < of->len; i++) {
		const struct place *at = of->items[i];
		const struct note *note = of->items[i];
		const struct bank *bank = of->items[i];

		if (!map_get(&r->library->checked_files, at->file))
			continue;
		if (kind == DOC_NOTE)
			run_proofs(r, note->proofs, note->n_proofs);
		if (kind == DOC_LAB)
			run_lab(r, of->items[i]);
		for (size_t k = 0; kind == DOC_BANK && k < bank->n_questions; k++)
			run_proofs(r, bank->questions[k].proof, bank->questions[k].n_proof);
	}
}

void prove_library(struct library *l, struct proofs *out)
{
	static const enum document kinds[] = {DOC_NOTE, DOC_BANK, DOC_LAB};

	*out = (struct proofs){0};
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		run_documents(&(struct run){l, out, true}, kinds[i], &l->of[kinds[i]]);
		run_documents(&(struct run){l, out, false}, kinds[i], &l->broken[kinds[i]]);
	}
	diags_sort(&l->diags);
}
