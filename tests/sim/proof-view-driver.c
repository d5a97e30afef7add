/*
 * proof-view-driver.c - plays one proof as a quiz would, for
 * tests/content/test_proofs.py.
 *
 *     proof-view-driver [--lang LANG] [--plain] FILE QUESTION
 *
 * FILE is a bank; worlds come from where the program finds them. It exits with
 * 0, or with 1 when the keys ended.
 */
#include "app/app.h"
#include "app/prove.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int play(struct app *a, const char *id)
{
	const struct question *q;
	struct err e = {0};
	int key;

	if (!app_open_content(a, &e)) {
		fprintf(stderr, "%s\n", e.text);
		return 2;
	}
	q = map_get(&a->library.question_by_id, id);
	if (!q || !q->n_proof) {
		fprintf(stderr, "no proof in a question '%s'\n", id);
		return 2;
	}
	key = prove_view(a, q->proof, &q->ask, &a->screen.look);
	screen_leave(&a->screen);
	printf("[key %d]\n", key);
	return key == KEY_NONE ? 0 : 1;
}

int main(int argc, char **argv)
{
	const char *lang = NULL;
	bool plain = false;
	struct err e = {0};
	struct app a;
	int code = 2;

	while (argc > 2 && strncmp(argv[1], "--", 2) == 0) {
		bool takes = strcmp(argv[1], "--lang") == 0;

		plain = plain || strcmp(argv[1], "--plain") == 0;
		lang = takes ? argv[2] : lang;
		argv += 1 + takes;
		argc -= 1 + takes;
	}
	if (argc != 3) {
		fputs("usage: proof-view-driver [--lang LANG] [--plain] FILE QUESTION\n", stderr);
		return 2;
	}
	setenv("AMIDOJO_PATH", argv[1], 1);
	if (app_init(&a, lang, plain, false, &e))
		code = play(&a, argv[2]);
	else
		fprintf(stderr, "%s\n", e.text);
	app_release(&a);
	return code;
}
