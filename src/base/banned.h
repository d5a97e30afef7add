/*
 * banned.h - calls that have a safer counterpart here do not compile.
 *
 * Included by force (-include) in every file of src/, after the system headers have been
 * seen, so that the headers themselves are not disturbed.
 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BANNED(name, instead) name##_is_banned_use_##instead

#undef strcpy
#define strcpy(d, s) BANNED(strcpy, buf_adds)
#undef strcat
#define strcat(d, s) BANNED(strcat, buf_adds)
#undef strncpy
#define strncpy(d, s, n) BANNED(strncpy, snprintf)
#undef sprintf
#define sprintf(...) BANNED(sprintf, snprintf_or_buf_addf)
#undef vsprintf
#define vsprintf(...) BANNED(vsprintf, vsnprintf_or_buf_vaddf)
#undef strtok
#define strtok(s, d) BANNED(strtok, strtok_r)
#undef gmtime
#define gmtime(t) BANNED(gmtime, day_h)
#undef localtime
#define localtime(t) BANNED(localtime, localtime_r)
#undef asctime
#define asctime(t) BANNED(asctime, day_format)
#undef ctime
#define ctime(t) BANNED(ctime, day_format)
#undef mktemp
#define mktemp(t) BANNED(mktemp, mkstemp)

#endif
