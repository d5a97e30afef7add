/*
 * bench-content.c - reading content: bare libyaml events, then everything cold, then with a cache.
 *
 * Usage: bench-content [ITEMS], 10,000 cards by default, ten to a note. The ratio that counts is
 * cold to bare: what the loader adds to parsing the same bytes in the same run (budget: 1.5).
 */
#include "base/buf.h"
#include "content/library.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <yaml.h>

enum { CARDS_PER_NOTE = 10, TOPICS = 12, ROUNDS = 5 };

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void add_card(struct buf *out, int note, int card)
{
	buf_addf(out,
		"  - id: card-%d\n"
		"    ask:\n"
		"      en: \"In note %d, which option number %d keeps the snapshots of a deregistered image?\"\n"
		"      ko: \"%d번 노트에서 등록 취소한 이미지의 스냅샷을 남기는 %d번째 옵션은 무엇인가?\"\n"
		"    answer:\n"
		"      en: \"None is needed: they stay, and stay billed, until they are deleted (%d).\"\n"
		"      ko: \"필요 없다. 지울 때까지 그대로 남고 요금도 계속 나온다(%d).\"\n",
		card, note, card, note, card, card, card);
}

static void write_file(const char *folder, const char *name, const struct buf *text)
{
	struct buf path = BUF_INIT;
	FILE *f;

	buf_addf(&path, "%s/%s", folder, name);
	f = fopen(path.s, "w");
	if (!f || fwrite(text->s, 1, text->len, f) != text->len || fclose(f) != 0) {
		perror(path.s);
		exit(1);
	}
	buf_release(&path);
}

static void write_topics(const char *folder, struct buf *scratch)
{
	buf_clear(scratch);
	buf_adds(scratch, "topics:\n");
	for (int i = 0; i < TOPICS; i++)
		buf_addf(scratch, "  - {id: topic-%d, title: {en: Topic %d, ko: 주제 %d}}\n", i, i,
			i);
	write_file(folder, "topics.yaml", scratch);
}

static void write_note(const char *folder, int note, struct buf *scratch)
{
	struct buf path = BUF_INIT;

	buf_clear(scratch);
	buf_addf(scratch,
		"note: note-%d\ntitle: {en: Note %d, ko: 노트 %d}\ntopic: topic-%d\n"
		"sources:\n  - {url: \"https://example.com/%d\", read: 2026-11-21}\ncues:\n",
		note, note, note, note % TOPICS, note);
	for (int i = 0; i < CARDS_PER_NOTE; i++)
		add_card(scratch, note, i);
	buf_adds(scratch, "body:\n  en: |\n    ## Heading\n\n");
	buf_addn(scratch, "    Some words about **images** and `snapshots`, and how they relate.\n",
		20);
	buf_adds(scratch, "  ko: |\n    ## 제목\n\n");
	buf_addn(scratch, "    이미지와 스냅샷이 어떤 사이인지 **몇 마디** 적는다.\n", 20);
	buf_adds(scratch, "summary: {en: In short., ko: 줄이면 이렇다.}\n");
	buf_addf(&path, "note-%d.yaml", note);
	write_file(folder, path.s, scratch);
	buf_release(&path);
}

/* Reads and parses every file as libyaml alone does, and throws the events away. */
static double bare(const char *folder, int notes, size_t *bytes)
{
	double start = now_ms();
	char *data = malloc(TREE_MAX_BYTES);

	*bytes = 0;
	for (int i = 0; i < notes; i++) {
		struct buf path = BUF_INIT;
		yaml_parser_t parser;
		yaml_event_t event;
		yaml_event_type_t type;
		size_t n;
		FILE *f;

		buf_addf(&path, "%s/note-%d.yaml", folder, i);
		f = fopen(path.s, "r");
		n = fread(data, 1, TREE_MAX_BYTES, f);
		fclose(f);
		*bytes += n;
		yaml_parser_initialize(&parser);
		yaml_parser_set_input_string(&parser, (unsigned char *)data, n);
		do {
			yaml_parser_parse(&parser, &event);
			type = event.type;
			yaml_event_delete(&event);
		} while (type != YAML_STREAM_END_EVENT && type != YAML_NO_EVENT);
		yaml_parser_delete(&parser);
		buf_release(&path);
	}
	free(data);
	return now_ms() - start;
}

static double load(const char *folder, const char *cache, bool lint, size_t *cards)
{
	struct library_root root = {.path = folder, .checked = true};
	struct library_options o = {.roots = &root, .n_roots = 1, .cache = cache, .lint = lint};
	struct library l;
	double start = now_ms(), took;

	library_load(&l, &o);
	took = now_ms() - start;
	*cards = l.n_cues;
	library_release(&l);
	return took;
}

static void keep_best(double *best, double ms)
{
	if (*best == 0 || ms < *best)
		*best = ms;
}

int main(int argc, char **argv)
{
	int cards = argc > 1 ? atoi(argv[1]) : 10000, notes = cards / CARDS_PER_NOTE;
	double best_bare = 0, best_cold = 0, best_check = 0, best_warm = 0;
	char folder[] = "/tmp/bench-content-XXXXXX";
	struct buf cache = BUF_INIT, scratch = BUF_INIT, command = BUF_INIT;
	size_t bytes = 0, got = 0;

	if (!mkdtemp(folder))
		return 1;
	buf_addf(&cache, "%s.cache", folder);
	for (int i = 0; i < notes; i++)
		write_note(folder, i, &scratch);
	write_topics(folder, &scratch);
	sleep(3); /* so that the files are older than the cache's racy window */
	for (int round = 0; round < ROUNDS; round++) {
		keep_best(&best_bare, bare(folder, notes, &bytes));
		keep_best(&best_cold, load(folder, NULL, false, &got));
		keep_best(&best_check, load(folder, NULL, true, &got));
		load(folder, cache.s, false, &got);
		keep_best(&best_warm, load(folder, cache.s, false, &got));
	}
	printf("%-34s %10zu\n%-34s %10.1f MB\n", "cards", got, "YAML", (double)bytes / 1e6);
	printf("%-34s %10.1f ms\n", "bare libyaml events", best_bare);
	printf("%-34s %10.1f ms   %.2f x bare\n", "load, cold", best_cold, best_cold / best_bare);
	printf("%-34s %10.1f ms   %.2f x bare\n", "check, cold", best_check,
		best_check / best_bare);
	printf("%-34s %10.1f ms   %.2f x bare\n", "load, from the cache", best_warm,
		best_warm / best_bare);
	buf_addf(&command, "rm -rf '%s' '%s'", folder, cache.s);
	if (system(command.s) != 0)
		return 1;
	buf_release(&cache);
	buf_release(&scratch);
	buf_release(&command);
	return got == (size_t)cards ? 0 : 1;
}
