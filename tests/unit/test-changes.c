/* test-changes.c - sim_changes and sim_diff: what a learner is shown of a command's consequences.
 */
#include "base/text.h"
#include "sim/graph.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "graph-world.h"

#define LAUNCH "ec2 run-instances --output text --query Instances[0].InstanceId --image-id "

static const char tag_web[] =
	"--tag-specifications ResourceType=instance,Tags=[{Key=Name,Value=web}]";

static char *launch(const struct shell *p)
{
	char *image = aws_in(p,
		"ec2 describe-images --filters Name=name,Values=al2023-ami-2023.9.20251208.0-kernel-6.1-x86_64 --query Images[0].ImageId --output text");
	char *id = aws_in(p, LAUNCH "%s --instance-type t3.micro %s", image, tag_web);

	free(image);
	sim_advance(p->s, 15 * 60 * 1000, NULL);
	return id;
}

static void assert_has(const struct buf *text, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
static void assert_has(const struct buf *text, const char *fmt, ...)
{
	struct buf line = BUF_INIT;
	va_list args;

	va_start(args, fmt);
	buf_vaddf(&line, fmt, args);
	va_end(args);
	if (!strstr(text->s, line.s))
		fail_msg("no \"%s\" in\n%s", line.s, text->s);
	buf_release(&line);
}

static void tell(struct sim *s, bool verbose, int columns, struct buf *out)
{
	buf_clear(out);
	assert_non_null(verbose ? sim_diff(s, columns, out) : sim_changes(s, false, out));
}

static size_t times(const char *text, const char *what)
{
	size_t n = 0;

	for (const char *at = text; (at = strstr(at, what)); at++)
		n++;
	return n;
}

/* A reboot changes nothing that can be described, and is told nevertheless: once. */
static void test_reboot(void **state)
{
	struct sim *s = graph_sim();
	const struct shell p = {s, "default", "us-east-1"};
	char *id = launch(&p), *image;
	struct buf out = BUF_INIT, line = BUF_INIT;

	(void)state;
	aws_do(&p, "ec2 reboot-instances --instance-ids %s", id);
	tell(s, false, 0, &out);
	buf_addf(&line, "~ %s web rebooted\n", id);
	assert_string_equal(out.s, line.s);
	sim_advance(s, 15 * 60 * 1000, NULL); /* it comes up again */
	tell(s, false, 0, &out);
	assert_string_equal(out.s, line.s);

	image = aws_in(&p, "ec2 create-image --instance-id %s --name one --output text", id);
	tell(s, false, 0, &out);
	assert_has(&out, "%s", line.s);
	assert_has(&out, "+ %s one pending\n", image);
	assert_has(&out, " 8 GiB pending\n");
	assert_null(strstr(out.s, "CreateImage"));
	sim_advance(s, 15 * 60 * 1000, NULL);
	tell(s, false, 0, &out);
	assert_int_equal(times(out.s, "rebooted"), 1);
	free(image);

	image = aws_in(
		&p, "ec2 create-image --no-reboot --instance-id %s --name two --output text", id);
	tell(s, false, 0, &out);
	assert_int_equal(times(out.s, "rebooted"), 0);
	aws_do(&p, "ec2 stop-instances --instance-ids %s", id);
	sim_advance(s, 15 * 60 * 1000, NULL);
	aws_do(&p, "ec2 start-instances --instance-ids %s", id);
	sim_advance(s, 15 * 60 * 1000, NULL);
	tell(s, false, 0, &out);
	assert_has(&out, "~ %s web pending -> running\n", id);
	assert_int_equal(times(out.s, "rebooted"), 0);
	free(image);
	free(id);
	buf_release(&out);
	buf_release(&line);
	sim_free(s);
}

/* In a world without waiting, the reboot is over within its own step. */
static void test_instant_reboot(void **state)
{
	struct sim *s =
		sim_new(&(struct sim_options){.seed = 1, .start_ms = GRAPH_START, .instant = true});
	const struct shell p = {s, "default", "us-east-1"};
	char *id = launch(&p);
	struct buf out = BUF_INIT, line = BUF_INIT;

	(void)state;
	aws_do(&p, "ec2 reboot-instances --instance-ids %s", id);
	tell(s, false, 0, &out);
	buf_addf(&line, "~ %s web rebooted\n", id);
	assert_string_equal(out.s, line.s);
	free(id);
	buf_release(&out);
	buf_release(&line);
	sim_free(s);
}

static void test_paths(void **state)
{
	struct sim *s = graph_sim();
	const struct shell p = {s, "default", "us-east-1"};
	char *id = launch(&p), *volume;
	struct buf out = BUF_INIT;

	(void)state;
	aws_do(&p, "ec2 create-tags --resources %s --tags Key=Name,Value=shop Key=team,Value=a",
		id);
	tell(s, true, 0, &out);
	assert_has(&out, "~ %s shop running\n    ~ Tags[Name]: web -> shop\n    + Tags[team]: a\n",
		id);
	aws_do(&p, "ec2 delete-tags --resources %s --tags Key=team", id);
	tell(s, true, 0, &out);
	assert_has(&out, "~ %s shop running\n    - Tags[team]: a\n", id);
	assert_null(strstr(out.s, "Tags[Name]"));
	aws_do(&p, "ec2 stop-instances --instance-ids %s", id);
	tell(s, true, 0, &out);
	assert_has(&out, "    ~ State.Code: 16 -> 64\n    ~ State.Name: running -> stopping\n");
	assert_null(strstr(out.s, "_timer"));

	volume = aws_in(&p,
		"ec2 create-volume --size 8 --availability-zone us-east-1a --query VolumeId --output text");
	tell(s, false, 0, &out);
	assert_has(&out, "+ %s 8 GiB creating\n", volume);
	tell(s, true, 0, &out);
	assert_has(&out, "    + Size: 8\n");
	assert_has(&out, "    + AvailabilityZone: us-east-1a\n");
	sim_advance(s, 60 * 1000, NULL);
	aws_do(&p, "ec2 modify-volume --size 16 --volume-id %s", volume);
	sim_advance(s, 60 * 1000, NULL);
	tell(s, false, 0, &out);
	assert_has(&out, "~ %s 8 -> 16 GiB available\n", volume);
	aws_do(&p, "ec2 delete-volume --volume-id %s", volume);
	sim_advance(s, 60 * 1000, NULL);
	tell(s, true, 0, &out);
	assert_has(&out, "- %s 16 GiB\n    - ", volume);
	assert_has(&out, "    - Size: 16\n");
	free(volume);
	free(id);
	buf_release(&out);
	sim_free(s);
}

/* What is too wide gets a line a value; no line is wider than the terminal, and no word is broken
 * that would fit. */
static void test_narrow(void **state)
{
	struct sim *s = graph_sim();
	const struct shell p = {s, "default", "us-east-1"};
	char *id = launch(&p);
	struct buf out = BUF_INIT;

	(void)state;
	aws_do(&p,
		"ec2 create-tags --resources %s --tags Key=Name,Value=the+web+server+of+the+north",
		id);
	aws_do(&p, "ec2 create-tags --resources %s --tags Key=Name,Value=남쪽+가게의+웹+서버", id);
	tell(s, true, 40, &out);
	assert_has(&out,
		"    ~ Tags[Name]:\n      - the web server of the north\n      + 남쪽 가게의 웹 서버\n");
	tell(s, true, 80, &out);
	assert_has(&out, "    ~ Tags[Name]: the web server of the north -> 남쪽 가게의 웹 서버\n");
	free(launch(&p));
	tell(s, true, 40, &out);
	assert_has(&out, "    + CapacityReservationSpecification.\n"
			 "      CapacityReservationPreference:\n      + open\n");
	for (int columns = 36; columns < 100; columns += 4) {
		tell(s, true, columns, &out);
		for (char *rest = out.s, *line; (line = strsep(&rest, "\n"));)
			if (*line == ' ')
				if (text_swidth(line) > columns)
					fail_msg("%d: %s", columns, line);
	}
	free(id);
	buf_release(&out);
	sim_free(s);
}

/* What operations of their own set: shares, settings, the Recycle Bin. */
static void test_beside_documents(void **state)
{
	struct sim *s = graph_sim();
	const struct shell p = {s, "default", "us-east-1"};
	char *id = launch(&p), *image;
	struct buf out = BUF_INIT;

	(void)state;
	image = aws_in(
		&p, "ec2 create-image --no-reboot --instance-id %s --name one --output text", id);
	sim_advance(s, 15 * 60 * 1000, NULL);
	aws_do(&p,
		"ec2 modify-image-attribute --image-id %s --launch-permission Add=[{UserId=111122223333}]",
		image);
	tell(s, true, 0, &out);
	assert_has(&out, "~ %s one available\n", image);
	assert_has(&out, "    + LaunchPermissions[0].UserId: 111122223333\n");
	aws_do(&p, "ec2 modify-instance-attribute --instance-id %s --disable-api-termination", id);
	tell(s, true, 0, &out);
	assert_has(&out, "    ~ DisableApiTermination: false -> true\n");
	aws_do(&p, "ec2 enable-ebs-encryption-by-default");
	tell(s, false, 0, &out);
	assert_string_equal(out.s, "~ ebs-encryption-by-default true\n");
	aws_do(&p, "ec2 disable-ebs-encryption-by-default");
	tell(s, false, 0, &out);
	assert_string_equal(out.s, "~ ebs-encryption-by-default true -> false\n");
	aws_do(&p, "ec2 disable-image-block-public-access");
	tell(s, false, 0, &out);
	assert_string_equal(out.s, "~ image-public-access unblocked\n");
	aws_do(&p,
		"rbin create-rule --resource-type EC2_IMAGE --retention-period RetentionPeriodValue=7,RetentionPeriodUnit=DAYS");
	sim_advance(s, 60 * 60 * 1000, NULL);
	aws_do(&p, "ec2 deregister-image --image-id %s", image);
	tell(s, false, 0, &out);
	assert_has(&out, "- %s one\n", image);
	assert_has(&out, "+ %s one recycle-bin\n", image);
	free(image);
	free(id);
	buf_release(&out);
	sim_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reboot),
		cmocka_unit_test(test_instant_reboot),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_narrow),
		cmocka_unit_test(test_beside_documents),
	};

	return cmocka_run_group_tests_name("changes", tests, NULL, NULL);
}
