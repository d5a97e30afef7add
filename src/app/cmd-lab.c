/* cmd-lab.c - `amidojo lab`: see lab.h. */
#include "app/lab.h"

#include "base/intl.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static int lab_run(struct app *a, const struct args *args)
{
	char **words = xcalloc((size_t)args->n_operands + 1, sizeof *words);
	int code;

	words[0] = xstrdup("lab");
	for (int i = 0; i < args->n_operands; i++)
		words[i + 1] = xstrdup(args->operands[i]);
	code = lab_words(a, NULL, (size_t)args->n_operands + 1, words);
	for (int i = 0; i <= args->n_operands; i++)
		free(words[i]);
	free(words);
	return code;
}

const struct command cmd_lab = {
	.name = "lab",
	.synopsis = "[WORD ...]",
	.summary =
		N_("practice in a world that is broken or empty: tasks, hints, checks of what is"),
	.max_operands = -1,
	.raw = true,
	.words = lab_list_words,
	.run = lab_run,
};
