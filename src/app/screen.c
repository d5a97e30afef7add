/* screen.c - terminal state, signals and keys; see screen.h. Drawing is in view.c. */
#include "app/screen.h"

#include "base/mem.h"

#include <errno.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>
#include <utf8proc.h>

/* What handlers share with the program: the only mutable state at file scope. */
static volatile sig_atomic_t ended_by, resized;
static struct screen *volatile on_screen; /* whose terminal must be put back */

/* The alternate screen, and pasted text in brackets (see swallow_paste). */
static const char enter_text[] = "\033[?1049h\033[H\033[?2004h";
static const char leave_text[] = "\033[?2004l\033[?1049l";

static void terminal_out(const char *bytes, size_t n)
{
	while (n) {
		ssize_t w = write(STDOUT_FILENO, bytes, n);

		if (w < 0 && errno != EINTR)
			return;
		if (w > 0) {
			bytes += w;
			n -= (size_t)w;
		}
	}
}

static void on_end(int sig)
{
	ended_by = sig;
}

static void on_resize(int sig)
{
	(void)sig;
	resized = 1;
}

/* Safe within a signal handler. */
static void put_back(const struct screen *s)
{
	if (s->active && !s->look.plain)
		terminal_out(leave_text, sizeof leave_text - 1);
	if (s->active || s->lent)
		tcsetattr(STDIN_FILENO, TCSANOW, &s->saved);
}

/* Ctrl-Z: the shell gets its own screen and settings, and we draw anew when we are back. */
static void on_stop(int sig)
{
	struct screen *s = on_screen;
	int saved = errno;

	(void)sig;
	if (s)
		put_back(s);
	raise(SIGSTOP);
	errno = saved;
}

static void set_raw(const struct screen *s)
{
	struct termios raw = s->saved;

	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	raw.c_iflag &= ~(tcflag_t)ICRNL;
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSANOW, &raw);
}

static void on_continue(int sig)
{
	struct screen *s = on_screen;
	int saved = errno;

	(void)sig;
	if (s && s->active) {
		set_raw(s);
		if (!s->look.plain)
			terminal_out(enter_text, sizeof enter_text - 1);
		resized = 1;
	}
	errno = saved;
}

static void catch_signal(int sig, void (*handler)(int))
{
	struct sigaction act = {.sa_handler = handler};

	sigemptyset(&act.sa_mask);
	sigaction(sig, &act, NULL);
}

static void on_crash(int sig);

static const struct {
	int sig;
	void (*handler)(int);
} watched[SCREEN_SIGNALS] = {
	{SIGINT, on_end},
	{SIGTERM, on_end},
	{SIGHUP, on_end},
	{SIGQUIT, on_end},
	{SIGABRT, on_crash},
	{SIGSEGV, on_crash},
	{SIGBUS, on_crash},
	{SIGFPE, on_crash},
};

/* What the signal would have done without us, it does on return: it is blocked until then. */
static void on_crash(int sig)
{
	struct screen *s = on_screen;

	if (s) {
		put_back(s);
		for (size_t i = 0; i < ARRAY_LEN(watched); i++)
			if (watched[i].sig == sig)
				sigaction(sig, &s->before[i], NULL);
	}
	raise(sig);
}

void screen_watch(struct screen *s)
{
	if (s->watching)
		return;
	s->watching = true;
	on_screen = s;
	for (size_t i = 0; i < ARRAY_LEN(watched); i++) {
		struct sigaction act = {.sa_handler = watched[i].handler};

		sigemptyset(&act.sa_mask);
		sigaction(watched[i].sig, &act, &s->before[i]);
	}
}

void screen_unwatch(struct screen *s)
{
	if (!s->watching)
		return;
	for (size_t i = 0; i < ARRAY_LEN(watched); i++)
		sigaction(watched[i].sig, &s->before[i], NULL);
	s->watching = false;
	on_screen = NULL;
}

int screen_signal(void)
{
	return ended_by;
}

static bool is_utf8_terminal(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

void screen_measure(struct screen *s)
{
	struct winsize w;
	const char *columns = getenv("COLUMNS");

	s->look.columns = 80;
	s->look.rows = 24;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col) {
		s->look.columns = w.ws_col;
		s->look.rows = w.ws_row ? w.ws_row : 24;
	} else if (columns && atoi(columns) > 0) {
		s->look.columns = atoi(columns);
	}
	if (s->look.columns < 20)
		s->look.columns = 20;
	if (s->look.columns > 500)
		s->look.columns = 500;
}

void screen_init(struct screen *s, bool plain)
{
	bool in = isatty(STDIN_FILENO), out = isatty(STDOUT_FILENO);
	const char *term = getenv("TERM"), *no_colour = getenv("NO_COLOR");
	bool dumb = !term || !*term || strcmp(term, "dumb") == 0;

	*s = (struct screen){.peeked = -1};
	s->mode = in && out ? SCREEN_TERMINAL : in ? SCREEN_PRINT : SCREEN_SCRIPT;
	s->look.plain = plain || (out && dumb);
	s->look.terminal = out || getenv("COLUMNS");
	s->look.colour = out && !s->look.plain && !(no_colour && *no_colour);
	s->look.links = out && !s->look.plain;
	s->look.blocks = !s->look.plain && is_utf8_terminal();
	screen_measure(s);
	catch_signal(SIGWINCH, on_resize);
	catch_signal(SIGPIPE, SIG_IGN);
	catch_signal(SIGXFSZ, SIG_IGN); /* a write over the limit then fails with EFBIG */
}

struct look screen_errors_look(const struct screen *s)
{
	struct look look = s->look;
	const char *term = getenv("TERM"), *no_colour = getenv("NO_COLOR");
	struct winsize w;

	if (look.terminal || !isatty(STDERR_FILENO))
		return look;
	look.terminal = true;
	look.plain = look.plain || !term || !*term || strcmp(term, "dumb") == 0;
	look.colour = !look.plain && !(no_colour && *no_colour);
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col)
		look.columns = w.ws_col;
	return look;
}

void screen_release(struct screen *s)
{
	screen_leave(s);
	screen_unwatch(s);
}

void screen_enter(struct screen *s)
{
	if (s->mode != SCREEN_TERMINAL || s->active)
		return;
	fflush(stdout);
	if (tcgetattr(STDIN_FILENO, &s->saved) != 0)
		return;
	screen_watch(s);
	s->active = true;
	catch_signal(SIGTSTP, on_stop);
	catch_signal(SIGCONT, on_continue);
	set_raw(s);
	if (!s->look.plain)
		terminal_out(enter_text, sizeof enter_text - 1);
}

void screen_leave(struct screen *s)
{
	if (!s->active)
		return;
	s->active = false;
	if (!s->look.plain)
		terminal_out(leave_text, sizeof leave_text - 1);
	tcsetattr(STDIN_FILENO, TCSANOW, &s->saved);
	catch_signal(SIGTSTP, SIG_DFL);
	catch_signal(SIGCONT, SIG_DFL);
	screen_unwatch(s);
}

/* ---- keys ---- */

/* Waits for input; a signal that came before the waiting ends it as well. */
static int await(int ms, const sigset_t *unblocked)
{
	struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
	struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};

	return ppoll(&p, 1, ms < 0 ? NULL : &t, unblocked);
}

/* A signal must not slip in between looking at the flags and waiting. */
static void block_signals(sigset_t *before)
{
	sigset_t ours;

	sigemptyset(&ours);
	for (size_t i = 0; i < ARRAY_LEN(watched); i++)
		if (watched[i].handler == on_end)
			sigaddset(&ours, watched[i].sig);
	sigaddset(&ours, SIGWINCH);
	sigaddset(&ours, SIGCONT);
	sigprocmask(SIG_BLOCK, &ours, before);
}

/* KEY_NONE if nothing came within `ms` (-1: wait), KEY_SIGNAL or KEY_RESIZE; 0: there is input. */
static int wait_for_input(const struct screen *s, int ms)
{
	sigset_t before;
	int n = 0, key = 0;

	block_signals(&before);
	do {
		if (ended_by) {
			key = KEY_SIGNAL;
		} else if (resized && s->mode == SCREEN_TERMINAL) {
			resized = 0;
			key = KEY_RESIZE;
		} else {
			n = await(ms, &before);
			key = n == 0 ? KEY_NONE : 0;
		}
	} while (key == 0 && n < 0);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return key;
}

/* One byte; -1 at the end, -2 on a signal, -3 on a resize, -4 if none came within `ms` (-1: wait).
 */
static int next_byte(struct screen *s, int ms)
{
	unsigned char c;
	ssize_t n;

	if (s->peeked >= 0) {
		int peeked = s->peeked;

		s->peeked = -1;
		return peeked;
	}
	screen_watch(s);
	for (;;) {
		int key = wait_for_input(s, ms);

		if (key)
			return key;
		n = read(STDIN_FILENO, &c, 1);
		if (n == 1)
			return c;
		if (n == 0 || (errno != EINTR && errno != EAGAIN))
			return KEY_EOF;
	}
}

/* A further byte of a key. The window may change its size meanwhile: that is told afterwards. */
static int rest_byte(struct screen *s)
{
	enum { WAIT_MS = 100 }; /* a slow line */
	bool again = false;
	int c;

	while ((c = next_byte(s, WAIT_MS)) == KEY_RESIZE)
		again = true;
	if (again)
		resized = 1;
	return c;
}

/* What is pasted holds no keys that anybody meant: it is read to its end, ESC [ 201 ~. */
static int swallow_paste(struct screen *s)
{
	static const char end[] = "\033[201~";
	enum { WAIT_MS = 1000 }; /* a terminal that forgets the end must not hold us */
	size_t at = 0;
	int c;

	while (at < sizeof end - 1) {
		c = next_byte(s, WAIT_MS);
		if (c == KEY_RESIZE)
			resized = 1;
		else if (c < 0)
			return c == KEY_SIGNAL || c == KEY_EOF ? c : KEY_NONE;
		else
			at = c == end[at] ? at + 1 : c == end[0];
	}
	s->pasted = true;
	return KEY_NONE;
}

/* ESC [ NUMBER ~: terminals differ in the numbers for Home and End. */
static int numbered_key(struct screen *s, int number)
{
	switch (number) {
	case 1:
	case 7:
		return KEY_HOME;
	case 4:
	case 8:
		return KEY_END;
	case 5:
		return KEY_PAGE_UP;
	case 6:
		return KEY_PAGE_DOWN;
	case 200:
		return swallow_paste(s);
	default:
		return KEY_NONE;
	}
}

/* The rest of an escape sequence, after ESC. */
static int escape_key(struct screen *s)
{
	int c = rest_byte(s), final, number = 0;

	if (c < 0)
		return c == KEY_SIGNAL ? c : KEY_ESCAPE;
	if (c != '[' && c != 'O')
		return KEY_NONE;
	for (final = rest_byte(s); final >= 0 && (final < '@' || final > '~');) {
		if (final >= '0' && final <= '9' && number < 1000)
			number = number * 10 + final - '0';
		final = rest_byte(s);
	}
	switch (final) {
	case 'A':
		return KEY_UP;
	case 'B':
		return KEY_DOWN;
	case 'H':
		return KEY_HOME;
	case 'F':
		return KEY_END;
	case '~':
		return numbered_key(s, number);
	default:
		return KEY_NONE;
	}
}

/* On a Korean (dubeolsik) keyboard, the Latin letter on the key of a Hangul letter. */
static int latin_of(int c)
{
	static const struct {
		uint16_t jamo;
		char latin;
	} keys[] = {
		{0x3142, 'q'},
		{0x3148, 'w'},
		{0x3137, 'e'},
		{0x3131, 'r'},
		{0x3145, 't'},
		{0x315b, 'y'},
		{0x3155, 'u'},
		{0x3151, 'i'},
		{0x3150, 'o'},
		{0x3154, 'p'},
		{0x3141, 'a'},
		{0x3134, 's'},
		{0x3147, 'd'},
		{0x3139, 'f'},
		{0x314e, 'g'},
		{0x3157, 'h'},
		{0x3153, 'j'},
		{0x314f, 'k'},
		{0x3163, 'l'},
		{0x314b, 'z'},
		{0x314c, 'x'},
		{0x314a, 'c'},
		{0x314d, 'v'},
		{0x3160, 'b'},
		{0x315c, 'n'},
		{0x3161, 'm'},
		{0x3143, 'Q'},
		{0x3149, 'W'},
		{0x3138, 'E'},
		{0x3132, 'R'},
		{0x3146, 'T'},
		{0x3152, 'O'},
		{0x3156, 'P'},
	};

	if (c >= 0xff01 && c <= 0xff5e)
		return c - 0xff01 + '!';
	if (c == 0x3000)
		return ' ';
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (keys[i].jamo == c)
			return keys[i].latin;
	return c;
}

/* The rest of a UTF-8 character, after its first byte. */
static int wide_key(struct screen *s, int first)
{
	utf8proc_uint8_t bytes[4] = {(utf8proc_uint8_t)first};
	int len = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
	utf8proc_int32_t c;

	if (first < 0xc2 || first > 0xf4)
		return KEY_NONE;
	for (int i = 1; i < len; i++) {
		int next = rest_byte(s);

		if (next < 0)
			return KEY_NONE;
		if ((next & 0xc0) != 0x80) {
			s->peeked = next; /* a key of its own */
			return KEY_NONE;
		}
		bytes[i] = (utf8proc_uint8_t)next;
	}
	if (utf8proc_iterate(bytes, len, &c) < 0)
		return KEY_NONE;
	return latin_of(c);
}

static int64_t boottime_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void screen_wake(struct screen *s, int64_t ms)
{
	s->wake_at = ms > 0 ? boottime_ms() + ms : 0;
}

/* The first byte of a key, or KEY_TIMER. poll's clock stands still while the computer sleeps, so we
 * look at ours now and then. */
static int first_byte(struct screen *s)
{
	enum { NAP_MS = 5000 };

	while (s->wake_at) {
		int64_t left = s->wake_at - boottime_ms();
		int c;

		if (left <= 0) {
			s->wake_at = 0;
			return KEY_TIMER;
		}
		c = next_byte(s, left < NAP_MS ? (int)left : NAP_MS);
		if (c != KEY_NONE)
			return c;
	}
	return next_byte(s, -1);
}

int screen_key(struct screen *s)
{
	int64_t from = boottime_ms();
	int c;

	s->pasted = false;
	if (s->mode == SCREEN_PRINT || s->ended)
		return KEY_EOF;
	do
		c = first_byte(s);
	while (s->mode == SCREEN_SCRIPT && (c == '\n' || c == '\r'));
	s->waited = boottime_ms() - from;
	if (c == 4 && s->mode == SCREEN_TERMINAL)
		c = KEY_EOF;
	if (c == KEY_EOF)
		s->ended = true;
	if (c == '\n')
		return KEY_ENTER;
	if (c == 8)
		return KEY_BACKSPACE;
	if (c == 27)
		return escape_key(s);
	return c >= 0x80 && c < 0x100 ? wide_key(s, c) : c;
}

bool screen_can_ask(struct screen *s)
{
	if (s->mode != SCREEN_SCRIPT)
		return s->mode == SCREEN_TERMINAL;
	if (s->peeked < 0 && !s->ended) {
		int c = next_byte(s, -1);

		if (c >= 0)
			s->peeked = c;
		else if (c != KEY_SIGNAL) /* that one comes again with the first key */
			s->ended = true;
		if (s->ended)
			screen_unwatch(s);
	}
	return !s->ended;
}
