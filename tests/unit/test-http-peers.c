/* test-http-peers.c - how much one address may ask for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/mem.h"
#include "http/peers.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

enum { RATE = 10 };

static struct sockaddr_storage address(const char *text)
{
	struct sockaddr_storage a = {0};
	struct sockaddr_in *four = (struct sockaddr_in *)&a;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)&a;

	if (inet_pton(AF_INET, text, &four->sin_addr) == 1)
		a.ss_family = AF_INET;
	else if (inet_pton(AF_INET6, text, &six->sin6_addr) == 1)
		a.ss_family = AF_INET6;
	assert_int_not_equal(a.ss_family, 0);
	return a;
}

static struct http_peer *join(struct http_peers *p, const char *text, int64_t now)
{
	struct sockaddr_storage a = address(text);

	return http_peers_join(p, (struct sockaddr *)&a, RATE, now);
}

static void test_text(void **state)
{
	static const struct {
		const char *given, *text;
		bool loopback;
	} all[] = {
		{"127.0.0.1", "127.0.0.1", true},
		{"127.9.9.9", "127.9.9.9", true},
		{"128.0.0.1", "128.0.0.1", false},
		{"0.0.0.0", "0.0.0.0", false},
		{"::1", "::1", true},
		{"::", "::", false},
		{"::ffff:127.0.0.1", "127.0.0.1", true},
		{"::ffff:10.0.0.1", "10.0.0.1", false},
		{"2001:db8::1", "2001:db8::1", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		struct sockaddr_storage a = address(all[i].given);
		char text[PEER_TEXT];

		http_peer_text((struct sockaddr *)&a, text);
		assert_string_equal(text, all[i].text);
		assert_int_equal(http_peer_is_loopback((struct sockaddr *)&a), all[i].loopback);
	}
}

static int asks(struct http_peer *peer, int times, int64_t now)
{
	int n = 0;

	for (int i = 0; i < times; i++)
		n += http_peer_may_ask(peer, RATE, now);
	return n;
}

static void test_rate(void **state)
{
	struct http_peers p;
	struct http_peer *one, *two;

	(void)state;
	http_peers_init(&p, 10);
	one = join(&p, "192.0.2.1", 1000);
	two = join(&p, "192.0.2.2", 1000);
	assert_int_equal(asks(one, 100, 1000), RATE);
	assert_int_equal(asks(two, 5, 1000), 5);
	assert_int_equal(asks(one, 100, 1099), 0);
	assert_int_equal(asks(one, 100, 1100), 1);
	assert_int_equal(asks(one, 100, 1600), 5);
	assert_int_equal(asks(one, 100, 1000000), RATE);
	assert_int_equal(asks(NULL, 100, 1000), 100);
	http_peers_release(&p);
}

static void test_addresses(void **state)
{
	struct http_peers p;
	struct http_peer *one;

	(void)state;
	http_peers_init(&p, 10);
	one = join(&p, "2001:db8::1", 0);
	assert_ptr_equal(join(&p, "2001:db8::ffff:2", 0), one);
	assert_ptr_not_equal(join(&p, "2001:db8:0:1::1", 0), one);
	assert_ptr_equal(join(&p, "::ffff:192.0.2.1", 0), join(&p, "192.0.2.1", 0));
	assert_int_equal(one->connections, 2);
	http_peer_leave(one);
	assert_int_equal(one->connections, 1);
	http_peer_leave(NULL);
	http_peers_release(&p);
}

/* The table is bounded; who is connected stays in it, and so does who was there of late. */
static void test_bound(void **state)
{
	struct http_peers p;
	struct http_peer *stays;

	(void)state;
	http_peers_init(&p, 10);
	stays = join(&p, "192.0.2.1", 0);
	asks(stays, RATE, 0);
	for (int i = 0; i < 10000; i++) {
		char text[32];

		snprintf(text, sizeof text, "10.0.%d.%d", i / 256, i % 256);
		http_peer_leave(join(&p, text, i));
	}
	assert_true(p.n <= p.max);
	assert_ptr_equal(join(&p, "192.0.2.1", 0), stays);
	assert_int_equal(asks(stays, 1, 0), 0);
	http_peers_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_rate),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
