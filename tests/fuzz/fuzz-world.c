/*
 * fuzz-world.c - any bytes as a kept world, whole or in the pieces of a world file: refused, or
 * loaded and then of use: it can be walked through, time passes in it, it is undone, written and
 * read again. What operations make of its documents is not asked here: a world file's sums vouch
 * for those, and nobody but a forger writes others.
 *
 * A first line "pieces" means: a line of state, then lines `row ACCOUNT REGION KIND ID ORDER TIMER
 * JSON` ("-" is an empty word) and `step NUMBER JSON`. Anything else is a whole world.
 */
#include "base/mem.h"
#include "world/world.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { DAY_MS = 86400000, WORDS = 7 };

static const char *const kinds[] = {"image", "instance", "snapshot", "volume", "setting"};

/* As the operations do with a timer that they do not know. */
static void on_timer(void *ctx, struct world *w, const struct resource *r, const char *what)
{
	json_t *doc = json_deep_copy(r->doc);

	(void)ctx;
	(void)what;
	json_object_del(doc, "_timer");
	world_put(w, r->in, r->id, doc);
}

static void genesis(void *ctx, struct world *w, struct place_of in)
{
	(void)ctx;
	if (strcmp(in.kind, "image") == 0)
		world_give(w, in, "ami-1", json_pack("{s:s}", "State", "available"));
}

static struct world *new_world(uint64_t seed)
{
	return world_new(&(struct world_options){.seed = seed,
		.start_ms = INT64_C(1767225600000),
		.timer = on_timer,
		.genesis = genesis});
}

/* ---- loading ---- */

/* Cuts the line into `most` words, the last of which is the rest; how many there are. */
static size_t cut(char *line, char **words, size_t most)
{
	size_t n = 0;

	while (line && n < most) {
		words[n++] = line;
		line = n < most ? strchr(line, ' ') : NULL;
		if (line)
			*line++ = '\0';
	}
	return n;
}

static const char *word(const char *text)
{
	return strcmp(text, "-") == 0 ? "" : text;
}

static bool load_row(struct world *w, char *rest)
{
	char *f[WORDS];

	if (cut(rest, f, WORDS) != WORDS)
		return false;
	return world_row_read(
		w, &(struct world_row){
			   .in = {word(f[0]), word(f[1]), word(f[2])},
			   .id = f[3],
			   .order = strtoull(f[4], NULL, 10),
			   .timer = strcmp(f[5], "-") == 0 ? INT64_MIN : strtoll(f[5], NULL, 10),
			   .text = strcmp(f[6], "-") == 0 ? NULL : f[6],
			   .length = strlen(f[6]),
		   });
}

static bool load_line(struct world *w, char *line)
{
	char *f[2];

	if (strncmp(line, "row ", 4) == 0)
		return load_row(w, line + 4);
	if (strncmp(line, "step ", 5) == 0)
		return cut(line + 5, f, 2) == 2 &&
		       world_step_read(w, strtoull(f[0], NULL, 10), f[1], strlen(f[1]));
	return false;
}

static bool load_pieces(struct world *w, char *text)
{
	char *next = strchr(text, '\n');
	bool ok;

	if (next)
		*next++ = '\0';
	ok = world_state_read(w, text, strlen(text));
	for (char *line = next; ok && line && *line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		ok = load_line(w, line);
	}
	return ok;
}

static const char mark[] = "pieces\n";

static bool in_pieces(const uint8_t *data, size_t size)
{
	return size >= sizeof mark - 1 && memcmp(data, mark, sizeof mark - 1) == 0;
}

static bool load(struct world *w, const uint8_t *data, size_t size)
{
	size_t n = sizeof mark - 1;
	char *text;
	bool ok;

	if (!in_pieces(data, size))
		return world_read(w, (const char *)data, size);
	text = xstrndup((const char *)data + n, size - n);
	ok = load_pieces(w, text);
	free(text);
	return ok;
}

/* ---- using ---- */

static void look(const struct world *w)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		struct place_of in = {"123456789012", "us-east-1", kinds[i]};
		struct world_cursor at = {0};
		struct resource r;

		while (world_next(w, in, &at, &r))
			if (!json_is_object(r.doc))
				abort();
	}
}

static void live(struct world *w)
{
	int64_t now = world_now(w);

	if (now < INT64_MAX / 2) {
		world_begin(w, "a day");
		world_advance(w, now + DAY_MS);
		world_commit(w);
	}
	while (world_undo(w))
		;
	while (world_redo(w))
		;
}

/* What was written is read, and writes the same. Not so of pieces: their documents are taken as
 * they are until somebody asks for them, for the file's own sums vouch for them. */
static void check_writing(const struct world *w)
{
	struct world *again = new_world(2);
	struct buf first = BUF_INIT, second = BUF_INIT;

	world_write(w, &first);
	if (!world_read(again, first.s, first.len))
		abort();
	world_write(again, &second);
	if (strcmp(first.s, second.s) != 0)
		abort();
	world_free(again);
	buf_release(&first);
	buf_release(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct world *w = new_world(1);

	if (load(w, data, size)) {
		if (!in_pieces(data, size))
			check_writing(w);
		look(w);
		live(w);
	}
	world_free(w);
	return 0;
}
