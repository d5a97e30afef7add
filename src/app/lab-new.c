/* lab-new.c - `lab new ID`: a lab to begin from. It shows every key of the format, and holds as it
 * stands: `amidojo check --prove` passes. */
#include "app/lab-state.h"

#include "base/intl.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ID_MAX = 60, LINE = 100 };

/* Comments stand in the language of the messages, above the lines they are about. */
static const struct {
	int indent;
	const char *comment; /* NULL: none */
	const char *lines;   /* below it */
} skeleton[] = {
	{0, N_("A lab: a world, a goal, and checks of what is there in the end. Change what you like, then run 'amidojo check --prove' on this file: it plays your solution and says what does not hold. In ~/.local/share/amidojo/content 'amidojo lab list' finds it."),
		""},
	{0, N_("The id is the name of the file too, and stays for ever. Small letters, digits and '-'."),
		"lab: @\n"},
	{0, N_("Whatever a learner reads is there in English, Korean or both."),
		"title: {en: Prepare an image for release, ko: 이미지 배포 준비하기}\n"},
	{0, N_("The situation: who one is, what is there, what is wanted or broken. $NAME stands for values of the world, of 'vary' and of 'setup'; learners see the value."),
		"about:\n"
		"  en: >-\n"
		"    The image web-v1, `$AMI`, is to go to the stage $STAGE. A backup of its volume, `$BACKUP`, has been made for it.\n"
		"  ko: >-\n"
		"    이미지 web-v1(`$AMI`)을 $STAGE 단계로 내보내려 한다. 이를 위해 볼륨의 백업 `$BACKUP`을 만들어 두었다.\n"},
	{0, N_("The world it begins in: empty, one-ami, two-accounts, vpc ... (see content/worlds), with the names that it sets: this one $INSTANCE, $VOLUME, $AMI and $SNAPSHOT."),
		"world: one-ami\n"},
	{0, N_("Values that differ from student to student ('lab start --seed S --student NAME'); without a seed the first counts. May be left out."),
		"vary:\n"
		"  STAGE: [test, beta, live]\n"},
	{0, N_("Steps behind those of the world, to make the situation; may be left out. 'run' is a line as one would type it: aws ..., or clock advance 15m. 'set' keeps a part of what it prints (JMESPath) under a name."),
		"setup:\n"
		"  - run: aws ec2 create-snapshot --volume-id $VOLUME --description \"before $STAGE\"\n"
		"    set: {BACKUP: SnapshotId}\n"},
	{0, N_("Exams and the domains of their guides. May be left out."),
		"exams: {saa-c03: 2, soa-c03: [3]}\n"},
	{0, N_("Honest working time."), "minutes: 10\n"},
	{0, N_("Notes to read with it. May be left out."), "notes: [ami-what, ami-copy]\n"},
	{0, N_("Tasks are done in this order; what has passed stays passed."), "tasks:\n"},
	{2, NULL, "  - id: mark\n"},
	{4, N_("What is to be reached, not how."),
		"    do:\n"
		"      en: Give the backup `$BACKUP` the tag stage=$STAGE.\n"
		"      ko: 백업 `$BACKUP`에 stage=$STAGE 태그를 단다.\n"},
	{4, N_("From a nudge to nearly the command; shown one by one."),
		"    hints:\n"
		"      - en: Tags can be put on any resource by one operation of EC2.\n"
		"        ko: 태그는 EC2의 작업 하나로 어느 리소스에나 달 수 있다.\n"
		"      - en: create-tags takes --resources and --tags Key=...,Value=...\n"
		"        ko: create-tags에 --resources와 --tags Key=...,Value=...를 준다.\n"},
	{4, N_("Steps that all have to hold, on a copy of the world: they may also change it, or let time pass. 'expect' is compared with what is printed. 'means' is what 'lab check' says of a step, as [yes] or [not yet]. A check must not hold before the task is done, and has to hold on every sensible way."),
		"    check:\n"
		"      - run: aws ec2 describe-snapshots --snapshot-ids $BACKUP --query \"Snapshots[].Tags[?Key=='stage'].Value[]\"\n"
		"        expect: [$STAGE]\n"
		"        means:\n"
		"          en: The backup carries the tag stage=$STAGE\n"
		"          ko: 백업에 stage=$STAGE 태그가 달려 있다\n"},
	{4, N_("Your own way; the number of its changing commands is the par."),
		"    solution:\n"
		"      - aws ec2 create-tags --resources $BACKUP --tags Key=stage,Value=$STAGE\n"},
	{4, N_("Shown when the task is done: what it was good for."),
		"    why:\n"
		"      en: A snapshot does not take over the tags of its volume by itself.\n"
		"      ko: 스냅샷은 볼륨의 태그를 저절로 물려받지 않는다.\n"},
	{2, NULL,
		"  - id: copy\n"
		"    do:\n"
		"      en: Have a copy of `$AMI` with the name $STAGE-v1 in the same Region. `$AMI` stays.\n"
		"      ko: 같은 리전에 이름이 $STAGE-v1인 `$AMI`의 복사본을 만든다. `$AMI`는 그대로 둔다.\n"
		"    hints:\n"
		"      - en: copy-image wants to know the source Region, also if it is the same.\n"
		"        ko: copy-image에는 같은 리전이라도 원본 리전을 알려 주어야 한다.\n"},
	{4, N_("A step may 'set' names for those behind it. 'fault' wants the command to fail with this code; a step with neither 'expect' nor 'fault' has to succeed."),
		"    check:\n"
		"      - run: aws ec2 describe-images --owners self --filters Name=name,Values=$STAGE-v1\n"
		"        set: {COPY: \"Images[0].ImageId\"}\n"
		"      - run: aws ec2 wait image-available --image-ids $COPY\n"
		"        means:\n"
		"          en: There is a copy of `$AMI` with the name $STAGE-v1\n"
		"          ko: 이름이 $STAGE-v1인 `$AMI`의 복사본이 있다\n"
		"      - run: aws ec2 delete-snapshot --snapshot-id $SNAPSHOT\n"
		"        fault: InvalidSnapshot.InUse\n"
		"        means:\n"
		"          en: The image `$AMI` is still registered\n"
		"          ko: 이미지 `$AMI`가 그대로 등록되어 있다\n"},
	{4, N_("NAME=$(aws ... --output text) keeps a value for the lines below it."),
		"    solution:\n"
		"      - COPY=$(aws ec2 copy-image --source-image-id $AMI --source-region us-east-1 --name $STAGE-v1 --query ImageId --output text)\n"
		"      - aws ec2 wait image-available --image-ids $COPY\n"
		"    why:\n"
		"      en: A copy has snapshots of its own; it stays when the original goes.\n"
		"      ko: 복사본에는 자기 스냅샷이 있다. 그래서 원본이 사라져도 남는다.\n"},
};

/* It becomes the name of a file and of a world. */
static bool id_fits(const char *id)
{
	return *id >= 'a' && *id <= 'z' && strlen(id) <= ID_MAX &&
	       !id[strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-")];
}

static void add_comment(struct buf *out, int indent, const char *text)
{
	struct buf before = BUF_INIT;

	buf_addn(&before, " ", (size_t)indent);
	buf_adds(&before, "# ");
	text_wrap(out, text, LINE, before.s, before.s);
	buf_release(&before);
}

static void add_lines(struct buf *out, const char *lines, const char *id)
{
	const char *at = strcmp(lines, "lab: @\n") == 0 ? strchr(lines, '@') : NULL;

	if (at)
		buf_addf(out, "%.*s%s%s", (int)(at - lines), lines, id, at + 1);
	else
		buf_adds(out, lines);
}

static void write_skeleton(struct buf *out, const char *id)
{
	for (size_t i = 0; i < ARRAY_LEN(skeleton); i++) {
		if (i && !skeleton[i].indent)
			buf_addc(out, '\n');
		if (skeleton[i].comment)
			add_comment(out, skeleton[i].indent, _(skeleton[i].comment));
		add_lines(out, skeleton[i].lines, id);
	}
}

static bool write_all(int fd, const struct buf *text)
{
	size_t done = 0;

	while (done < text->len) {
		ssize_t n = write(fd, text->s + done, text->len - done);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0)
			done += (size_t)n;
	}
	return true;
}

/* What is there stays as it is. */
static bool make_file(const char *path, const struct buf *text, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	bool ok;

	if (fd < 0 && errno == EEXIST)
		return err_set(e, ERR_CONFLICT,
			_("%s is there already, and is left as it is; choose another id"), path);
	if (fd < 0)
		return err_set(e, ERR_IO, _("cannot write %s: %s"), path, strerror(errno));
	ok = write_all(fd, text);
	ok = close(fd) == 0 && ok;
	if (!ok) {
		err_set(e, errno == ENOSPC ? ERR_FULL : ERR_IO, _("cannot write %s: %s"), path,
			strerror(errno));
		unlink(path);
	}
	return ok;
}

bool lab_new(struct app *a, const char *id, struct err *e)
{
	struct buf path = BUF_INIT, text = BUF_INIT;
	bool ok;

	if (!id_fits(id))
		return err_set(e, ERR_USAGE,
			_("'%s' cannot be the id of a lab: small letters, digits and '-', at most %d, beginning with a letter"),
			id, (int)ID_MAX);
	if (!app_open_content(a, e))
		return false;
	if (map_get(&a->library.of[DOC_LAB].by_id, id))
		return err_set(
			e, ERR_CONFLICT, _("there is a lab '%s' already; choose another id"), id);
	buf_addf(&path, "%s.yaml", id);
	write_skeleton(&text, id);
	ok = make_file(path.s, &text, e);
	buf_release(&path);
	buf_release(&text);
	return ok;
}
