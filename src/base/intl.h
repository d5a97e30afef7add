/*
 * intl.h - UI texts: _("...") at use, N_("...") in tables that are translated when printed.
 *
 * The catalogue is chosen once, by the application, before anything is printed.
 */
#ifndef BASE_INTL_H
#define BASE_INTL_H

#include <libintl.h>

#define _(text)              gettext(text)
#define N_(text)             (text)
#define P_(one, many, count) ngettext((one), (many), (unsigned long)(count))

#endif
