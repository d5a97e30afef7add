/* app.c - opening what a run needs, and the ways in which it ends; see app.h. */
#include "app/app.h"

#include "app/look.h"
#include "app/roots.h"
#include "base/intl.h"
#include "base/mem.h"
#include "base/text.h"

#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* ---- time ---- */

static bool fixed_now(struct moment *out)
{
	const char *text = getenv("AMIDOJO_NOW");

	return text && *text && moment_parse(text, out);
}

struct moment app_now(void)
{
	struct moment m;
	struct timespec t;
	struct tm local;

	if (fixed_now(&m))
		return m;
	clock_gettime(CLOCK_REALTIME, &t);
	localtime_r(&t.tv_sec, &local);
	m.utc_ms = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
	m.offset_min = (int32_t)(local.tm_gmtoff / 60);
	return m;
}

day_t app_today(const struct app *a)
{
	return day_of_moment(app_now(), a->config.rollover_min);
}

uint64_t app_chance(void)
{
	uint64_t bits = 0;

	if (getrandom(&bits, sizeof bits, 0) != (ssize_t)sizeof bits)
		bits = (uint64_t)app_now().utc_ms;
	return bits;
}

/* ---- language ---- */

/* "auto": by the locale, in the order in which gettext itself looks. */
static enum lang locale_language(void)
{
	const char *const names[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return strncmp(value, "ko", 2) == 0 ? LANG_KO : LANG_EN;
	}
	return LANG_EN;
}

static void set_ui_language(const struct app *a, enum lang ui)
{
	setenv("LANGUAGE", lang_code[ui], 1);
	/* gettext translates nothing in the locale "C"; bindtextdomain makes it look anew */
	if (strcmp(setlocale(LC_MESSAGES, NULL), "C") == 0 ||
		strcmp(setlocale(LC_MESSAGES, NULL), "POSIX") == 0)
		setlocale(LC_MESSAGES, "C.UTF-8");
	bindtextdomain("amidojo", a->places.locale);
	bind_textdomain_codeset("amidojo", "UTF-8");
	textdomain("amidojo");
}

/* What is asked for, in the order of rank: option, environment, setting, locale. */
static bool choose_language(
	struct app *a, const char *option, enum language *content, struct err *e)
{
	const char *env = getenv("AMIDOJO_LANG");

	*content = a->config.lang;
	if (option && !language_parse(option, content))
		return err_set(e, ERR_USAGE,
			_("'%s' is not a language; --lang takes ko, en or both"), option);
	if (!option && env && *env && !language_parse(env, content))
		return err_set(e, ERR_USAGE,
			_("AMIDOJO_LANG is '%s'; it takes ko, en, both or auto"), env);
	return true;
}

static void apply_language(struct app *a, enum language content)
{
	struct look *look = &a->screen.look;

	if (content == LANGUAGE_AUTO || content == LANGUAGE_BOTH)
		look->lang = locale_language();
	else
		look->lang = content == LANGUAGE_KO ? LANG_KO : LANG_EN;
	look->both = look->two = content == LANGUAGE_BOTH;
	look->first = look->lang;
	set_ui_language(a, look->lang);
}

void app_toggle_language(struct app *a)
{
	look_toggle(&a->screen.look);
	set_ui_language(a, a->screen.look.lang);
}

void look_toggle(struct look *look)
{
	if (look->both) {
		look->both = false;
		return;
	}
	look->both = look->two && look->lang != look->first;
	look->lang = look->lang == LANG_KO ? LANG_EN : LANG_KO;
}

/* ---- opening ---- */

bool app_init(struct app *a, const char *lang, bool plain, bool json, struct err *e)
{
	const char *now = getenv("AMIDOJO_NOW");
	enum language content = LANGUAGE_AUTO, wanted = LANGUAGE_AUTO;
	struct moment m;
	bool ok;

	*a = (struct app){.json = json};
	buf_init(&a->message);
	places_init(&a->places);
	if (!setlocale(LC_ALL, ""))
		setlocale(LC_ALL, "C.UTF-8"); /* a locale that was never generated, say ko_KR */
	screen_init(&a->screen, plain || json);
	/* so that even an error about settings is in the language that was asked for */
	if (lang)
		language_parse(lang, &wanted);
	apply_language(a, wanted);
	ok = config_load(&a->config, a->places.config, e) && choose_language(a, lang, &content, e);
	if (ok)
		apply_language(a, content);
	if (ok && now && *now && !fixed_now(&m))
		ok = err_set(e, ERR_USAGE,
			_("AMIDOJO_NOW is '%s'; it takes a time like 2026-11-21T09:00:00+09:00"),
			now);
	return ok;
}

/* On one line, whatever is in the text: file names and arguments may hold control characters. */
static void add_problem(struct buf *out, const char *text)
{
	struct buf line = BUF_INIT;

	buf_adds(&line, text);
	for (char *s = line.s; *s; s++)
		if (*s == '\n' || *s == '\t' || *s == '\r')
			*s = ' ';
	text_printable(line.s, out);
	buf_release(&line);
}

static void print_problem(const struct app *a, const char *kind, const char *text)
{
	struct buf line = BUF_INIT;

	buf_addf(&line, "amidojo: %s: ", kind);
	add_problem(&line, text);
	buf_addc(&line, '\n');
	if (isatty(STDERR_FILENO))
		lines_fit(&line, a->screen.look.columns);
	fputs(line.s, stderr);
	buf_release(&line);
}

/* What the learner should still read, wrapped for a terminal. */
static void say_message(struct app *a)
{
	if (a->screen.look.terminal)
		lines_fit(&a->message, a->screen.look.columns);
	fputs(a->message.s, stdout);
	buf_clear(&a->message);
	fflush(stdout);
}

/* The store keeps itself safe: a copy a session, when something was written. */
static void backup_at_end(struct app *a)
{
	struct err e = {0};

	if (a->store && a->recorded && !a->failed && !store_backup_auto(a->store, app_now(), &e))
		print_problem(a, _("warning"), e.text);
}

void app_release(struct app *a)
{
	screen_release(&a->screen);
	say_message(a);
	backup_at_end(a);
	store_close(a->store);
	if (a->has_library)
		library_release(&a->library);
	buf_release(&a->message);
	places_release(&a->places);
}

bool app_open_content(struct app *a, struct err *e)
{
	struct content_roots roots;
	struct library_options o;
	char *cache;

	if (a->has_library)
		return true;
	content_roots_make(&roots, &a->places, NULL, 0);
	cache = content_roots_cache(&roots, &a->places);
	o = (struct library_options){.roots = roots.items, .n_roots = roots.n, .cache = cache};
	library_load(&a->library, &o);
	a->has_library = true;
	free(cache);
	content_roots_release(&roots);
	if (!a->library.n_cues)
		return err_set(e, ERR_DATA,
			_("no notes found in %s/content; reinstall amidojo, or name a folder of notes in AMIDOJO_PATH"),
			a->places.share);
	return true;
}

bool app_no_home(struct err *e)
{
	const char *home = getenv("HOME");

	if (home && *home && *home != '/')
		return err_set(e, ERR_IO,
			_("HOME is '%s', which is not an absolute path; set it, or XDG_DATA_HOME"),
			home);
	if (home && *home)
		return err_set(e, ERR_IO,
			_("your home folder %s does not exist; make it, or set XDG_DATA_HOME to a folder for your progress"),
			home);
	return err_set(e, ERR_IO,
		_("there is no home folder for your progress; set HOME or XDG_DATA_HOME"));
}

/* A new learner has neither progress nor backups. Backups alone mean that progress was lost, and
 * beginning anew in silence would bury it. */
static bool store_is_there(const struct app *a, struct err *e)
{
	struct stat st;
	char *newest;

	if (stat(a->places.store, &st) == 0 && st.st_size > 0)
		return true;
	newest = store_newest_backup(a->places.backups);
	if (!newest)
		return true;
	err_set(e, ERR_DATA,
		_("your progress file %s is missing or empty, but there are backups. 'amidojo restore' puts back the newest (%s); to begin anew, move the folder %s away."),
		a->places.store, newest, a->places.backups);
	free(newest);
	return false;
}

bool app_open_store(struct app *a, struct err *e)
{
	/* A person can wait for another window to finish writing; a script wants its answer. */
	struct store_options o = {
		.path = a->places.store,
		.backup_dir = a->places.backups,
		.busy_ms = a->screen.mode == SCREEN_TERMINAL ? 5000 : 800,
	};

	if (a->store)
		return true;
	if (!o.path)
		return app_no_home(e);
	if (!folder_make(a->places.data, e) || !store_is_there(a, e))
		return false;
	a->store = store_open(&o, e);
	return a->store != NULL;
}

bool app_unknown_note(const struct app *a, const char *name, struct err *e)
{
	const struct library *l = &a->library;
	const char **names, *near;
	size_t n, k = 0;
	struct note **notes = library_notes(l, &n);

	names = xcalloc(n + l->n_topics + 1, sizeof *names);
	for (size_t i = 0; i < n; i++)
		names[k++] = notes[i]->id.s;
	for (size_t i = 0; i < l->n_topics; i++)
		names[k++] = l->topics[i]->id.s;
	near = nearest_name(name, names);
	free(names);
	if (near)
		return err_set(e, ERR_USAGE,
			_("there is no topic or note '%s'; did you mean '%s'?"), name, near);
	return err_set(e, ERR_USAGE,
		_("there is no topic or note '%s'; 'amidojo notes' lists them"), name);
}

bool app_open(struct app *a, struct err *e)
{
	return app_open_content(a, e) && app_open_store(a, e);
}

/* ---- ending ---- */

int app_fail(struct app *a, const struct err *e)
{
	if (a->at_home) { /* home goes on, and shows it */
		buf_addf(&a->message, "%s: ", _("error"));
		add_problem(&a->message, e->text);
		buf_addc(&a->message, '\n');
		a->failed = true;
		return e->code == ERR_USAGE ? EXIT_USAGE : EXIT_PROBLEM;
	}
	screen_leave(&a->screen);
	fflush(stdout);
	print_problem(a, _("error"), e->text);
	a->failed = true;
	return e->code == ERR_USAGE ? EXIT_USAGE : EXIT_PROBLEM;
}

int app_ended(struct app *a, int key)
{
	return app_ended_saying(a, key, _("Start again to go on."));
}

int app_ended_saying(struct app *a, int key, const char *then)
{
	int sig = screen_signal();

	screen_leave(&a->screen);
	fflush(stdout);
	if (key == KEY_SIGNAL && sig) {
		fprintf(stderr, "amidojo: %s %s\n",
			_("interrupted; everything you answered is saved."), then);
		return 128 + sig;
	}
	fprintf(stderr, "amidojo: %s %s\n", _("the input ended; everything you answered is saved."),
		then);
	return EXIT_PROBLEM;
}

void app_say(struct app *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&a->message, fmt, ap);
	va_end(ap);
	buf_addc(&a->message, '\n');
}

struct ladder app_ladder(const struct app *a, const struct note *note)
{
	struct ladder l;

	if (note && note->in_topic->ladder.s && ladder_parse(note->in_topic->ladder.s, &l, NULL))
		return l;
	return a->config.ladder;
}

void json_out(json_t *value)
{
	json_dumpf(value, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
	putchar('\n');
	json_decref(value);
}
