/*
 * text.h - UTF-8 text as a terminal shows it: validity, normal form, width, wrapping, search.
 *
 * Widths are terminal columns of grapheme clusters: the widest code point of a cluster counts, so
 * that decomposed (NFD) Korean is as wide as composed Korean. Letters of ambiguous width are
 * narrow; two flag letters, and what a variation selector turns into a picture, are wide. Escape
 * sequences (CSI ... final byte, and OSC ... BEL or ST) have no width, so styled text can be
 * measured, wrapped and padded like any other.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/* The offset of the first byte that is not valid UTF-8 (RFC 3629), or `n` if all is well. */
size_t text_valid(const char *s, size_t n);

/*
 * s as one line that commands no terminal, appended to `out`: a control character (C0, DEL, C1)
 * becomes '?' and a byte that is not valid UTF-8 U+FFFD. For file names, arguments and the like.
 */
void text_printable(const char *s, struct buf *out);

/* NFC of valid UTF-8, appended to `out`. */
void text_nfc(const char *s, size_t n, struct buf *out);
bool text_is_nfc(const char *s, size_t n);

/* Columns that `n` bytes of valid UTF-8 take; a tab or other control character counts 0. */
int text_width(const char *s, size_t n);
int text_swidth(const char *s);

/* Bytes of the first grapheme cluster (or of one whole escape sequence) of s[0..n), at least 1. */
size_t text_cluster(const char *s, size_t n);

/* Bytes of the longest prefix that fits into `columns`, never cutting a cluster. */
size_t text_fit(const char *s, size_t n, int columns);

/*
 * Appends s padded with blanks to `columns`; what is too wide is cut and closed by "..", but the
 * escape sequences of the part cut away are kept, so that no style is left open.
 */
void text_pad(struct buf *out, const char *s, int columns);

/*
 * Wraps one paragraph into lines of at most `columns`, appended to `out`, each ended by '\n'.
 * Breaks stand at blanks only ("keep-all", as Korean typography wants); a word longer than a line
 * is broken between clusters. Blank runs inside the paragraph are kept (a tab as one blank) unless
 * a break or the end of the text falls there; newlines in the text force a break, except one at
 * the very end. `first` is printed before the first line and `rest` before every further one (both
 * count towards the width; both may be ""). Styles open across a break are the caller's affair:
 * SGR sequences are copied where they stand. columns < 1 counts as 1. Empty text gives one line
 * with `first` alone.
 */
void text_wrap(struct buf *out, const char *s, int columns, const char *first, const char *rest);

/* The form in which text is searched: NFC, case folded, runs of blanks as one blank. */
void text_fold(const char *s, struct buf *out);
/* Both in folded form: the offset of `needle` in `hay`, or -1. Finds any part of a word. */
long text_find(const char *hay, const char *needle);

/* Both the same text, or both NULL. */
bool text_same(const char *a, const char *b);

/* Bytes of the name of a shell's variable that s begins with: letters, digits and '_', not
 * beginning with a digit. 0: none. */
size_t text_shell_name(const char *s);

/*
 * Optimal string alignment distance in code points (a transposition costs 1), at most `limit`;
 * anything farther answers limit + 1. For "did you mean".
 */
int text_distance(const char *a, const char *b, int limit);

#endif
