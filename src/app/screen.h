/*
 * screen.h - the learner's terminal: keys in, whole screens out, and its state put back whatever
 * ends the program.
 *
 * Three ways to run. On a terminal, a view is drawn full-screen (in the alternate screen; line by
 * line with --plain) and keys are read one by one. With standard input redirected, keys are the
 * bytes of the input (blanks lines and newlines ignored) and views are printed one after the
 * other. With neither, there is nothing to ask: commands print and end.
 */
#ifndef APP_SCREEN_H
#define APP_SCREEN_H

#include "base/buf.h"
#include "content/model.h"

#include <signal.h>
#include <stdbool.h>
#include <termios.h>

enum screen_mode {
	SCREEN_TERMINAL, /* keys from the keyboard, views on the screen */
	SCREEN_SCRIPT,   /* keys from redirected input */
	SCREEN_PRINT,    /* no keys: print and end */
};

/* How things are to look; a view is rendered by this alone. */
struct look {
	int columns, rows;
	bool terminal; /* the output is one, or COLUMNS says how wide it is: lines must fit */
	bool colour, links;
	bool plain;     /* linear, no drawing */
	bool blocks;    /* the output takes wide block characters */
	enum lang lang; /* of the texts; of the first of them when `both` */
	bool both;
	bool two;        /* --lang both: L goes through both, the one, the other */
	enum lang first; /* of the texts when `both` comes again */
};

enum key {
	KEY_EOF = -1,    /* end of input, or Ctrl-D */
	KEY_SIGNAL = -2, /* SIGINT, SIGTERM, SIGHUP or SIGQUIT came; see screen_signal() */
	KEY_RESIZE = -3,
	KEY_NONE = -4,  /* something unknown */
	KEY_TIMER = -5, /* the time of screen_wake has come */
	KEY_ENTER = '\r',
	KEY_ESCAPE = 27,
	KEY_BACKSPACE = 127,
	KEY_UP = 0x110000, /* beyond Unicode */
	KEY_DOWN,
	KEY_PAGE_UP,
	KEY_PAGE_DOWN,
	KEY_HOME,
	KEY_END,
};

enum { SCREEN_SIGNALS = 8 };

struct screen {
	enum screen_mode mode;
	struct look look;
	bool active; /* raw mode and alternate screen are on */
	bool lent;   /* readline has the terminal */
	bool ended;  /* input is at its end */
	struct termios saved;
	bool watching; /* signals are caught; `before`: what they did otherwise */
	struct sigaction before[SCREEN_SIGNALS];
	int peeked;      /* a byte read ahead of time, or -1 */
	bool pasted;     /* the latest KEY_NONE was text that somebody pasted; it is gone */
	int64_t wake_at; /* CLOCK_BOOTTIME in ms; 0: never */
	int64_t waited;  /* ms until the latest key came; 0: it was there already, as pasted text is
			  */
};

/* Finds out what stdin and stdout are. `plain`: as asked for on the command line. */
void screen_init(struct screen *s, bool plain);
void screen_release(struct screen *s);

/*
 * While keys are awaited or a view is on, the signals that ask the program to end become
 * KEY_SIGNAL; a crash puts the terminal back first. Otherwise they do what they always do, so that
 * a long computation can be ended. Begun by whatever reads keys; ended by screen_leave and
 * screen_release.
 */
void screen_watch(struct screen *s);
void screen_unwatch(struct screen *s);

/* Full-screen on and off (SCREEN_TERMINAL only; harmless elsewhere). */
void screen_enter(struct screen *s);
void screen_leave(struct screen *s);

/* Whether keys can come: not when only the output is redirected, nor when the redirected input is
 * empty. May wait for the first byte of a pipe. */
bool screen_can_ask(struct screen *s);

/* How standard error looks, which may be a terminal where the output is a file or a pipe. */
struct look screen_errors_look(const struct screen *s);

/* The signal that ended reading, or 0. */
int screen_signal(void);
void screen_measure(struct screen *s);

/* Waits for a key. Hangul letters typed in Korean mode count as the Latin letters on their keys,
 * full-width letters as plain ones. */
int screen_key(struct screen *s);

/* The next wait for a key ends with KEY_TIMER in `ms` milliseconds, once, if none comes before. The
 * computer's sleep counts. 0: not at all. */
void screen_wake(struct screen *s, int64_t ms);

/* One line of text with readline (terminal) or from the script; NULL at the end. Caller frees. */
char *screen_line(struct screen *s, const char *prompt);

/*
 * A view: a text rendered for the present look, and the keys that it offers. `footer` is rendered
 * anew for every drawing, as pairs "[key] label"; `more`: text follows below the screen. In a view
 * for reading, Enter turns the page like the blank, until the end.
 */
struct view {
	void (*render)(void *ctx, const struct look *look, struct buf *out);
	void (*footer)(void *ctx, bool more, struct buf *out);
	void *ctx;
	int top; /* first line shown */
	bool reading;
	const char *own; /* letters that scroll elsewhere, but are keys of this view; may be NULL */
	bool printed;    /* script and plain mode: the text was printed already */
};

/* Shows the view and waits for a key that is not about scrolling or resizing. */
int view_key(struct screen *s, struct view *v);

#endif
