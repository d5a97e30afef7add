/*
 * look.h - the small vocabulary of what screens are made of: styles, bars, tables, keys.
 *
 * No meaning hangs on colour alone; without colour the same words stand there.
 */
#ifndef APP_LOOK_H
#define APP_LOOK_H

#include "app/screen.h"
#include "base/buf.h"
#include "base/day.h"

#include <stdarg.h>

enum style { STYLE_TITLE, STYLE_STRONG, STYLE_DIM, STYLE_GOOD, STYLE_BAD, STYLE_KEY };

/* s in the style, or bare where there is no colour. */
void style_adds(struct buf *out, const struct look *look, enum style style, const char *s);
void style_addf(struct buf *out, const struct look *look, enum style style, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* "[key] label", bound together by no-break spaces, and parted from the one before by blanks. */
void keys_add(struct buf *out, const char *key, const char *label);

/* Ten cells and a percentage: "🟩🟩🟩⬜⬜⬜⬜⬜⬜⬜ 30%", plain "[###-------] 30%". */
enum { BAR_COLUMNS = 20 };
void bar_add(struct buf *out, const struct look *look, int permille);

/* A heading with a rule below it on a terminal; "## heading" in plain mode. */
void heading_add(struct buf *out, const struct look *look, const char *text);

/* Prints a sentence of the program's own, wrapped where there is a width to fit into. */
void look_say(const struct look *look, const char *fmt, va_list args)
	__attribute__((format(printf, 2, 0)));

/* Wrapped text, every line of it in the style. */
void wrapped_add(struct buf *out, const struct look *look, enum style style, const char *text);

/* Breaks every line that is wider than the screen: the last resort for ids and numbers in a narrow
 * terminal. */
void lines_fit(struct buf *text, int columns);

/* A wrapped paragraph, or one per language when both are shown. */
void paragraph_add(struct buf *out, const struct look *look, const char *text);
void text_add(struct buf *out, const struct look *look, const struct text *t);
/* The same, as Markdown. */
void markdown_add(struct buf *out, const struct look *look, const struct text *t);

/* A title in one line: "ko / en" when both are shown. */
void title_of(struct buf *out, const struct look *look, const struct text *t);

/* "2026-11-22 (Sun)", with the weekday in the UI language. */
void day_add(struct buf *out, day_t d);

#endif
