/* help-examples.c - commands that learners type most, each with what it does. */
#include "cli/help.h"

#include "base/mem.h"

#include <string.h>

static const struct {
	const char *operation; /* of ec2, or another service's with "service " before it */
	struct help_line what;
	const char *command;
} examples[] = {
	{"describe-images", {"Your own images", "내 AMI 목록"},
		"aws ec2 describe-images --owners self"},
	{"describe-images",
		{"The newest Amazon Linux 2023 for x86_64", "최신 Amazon Linux 2023 (x86_64)"},
		"aws ec2 describe-images --owners amazon --filters 'Name=name,Values=al2023-ami-2023.*-x86_64' Name=state,Values=available --query 'sort_by(Images, &CreationDate)[-1].ImageId' --output text"},
	{"describe-images", {"Images with a tag, as a table", "태그가 붙은 AMI를 표로"},
		"aws ec2 describe-images --owners self --filters Name=tag:env,Values=prod --query 'Images[].[ImageId,Name,State]' --output table"},
	{"create-image",
		{"An image of an instance, which reboots", "인스턴스로 AMI 만들기 (재부팅됨)"},
		"aws ec2 create-image --instance-id i-0123456789abcdef0 --name web-1"},
	{"create-image", {"Without a reboot, with tags", "재부팅 없이, 태그와 함께"},
		"aws ec2 create-image --instance-id i-0123456789abcdef0 --name web-2 --no-reboot --tag-specifications 'ResourceType=image,Tags=[{Key=env,Value=prod}]'"},
	{"copy-image", {"To another Region, encrypted", "다른 리전으로 암호화하여 복사"},
		"aws ec2 copy-image --region ap-northeast-2 --source-region us-east-1 --source-image-id ami-0abcdef1234567890 --name web-1-seoul --encrypted"},
	{"register-image", {"An image of a snapshot", "스냅샷으로 AMI 등록"},
		"aws ec2 register-image --name from-snapshot --architecture x86_64 --virtualization-type hvm --ena-support --root-device-name /dev/xvda --block-device-mappings 'DeviceName=/dev/xvda,Ebs={SnapshotId=snap-0123456789abcdef0}'"},
	{"deregister-image",
		{"Images are deregistered, not deleted", "AMI는 삭제가 아니라 등록 취소한다"},
		"aws ec2 deregister-image --image-id ami-0abcdef1234567890"},
	{"deregister-image", {"With its snapshots", "스냅샷까지 함께"},
		"aws ec2 deregister-image --image-id ami-0abcdef1234567890 --delete-associated-snapshots"},
	{"modify-image-attribute", {"Share with an account", "다른 계정과 공유"},
		"aws ec2 modify-image-attribute --image-id ami-0abcdef1234567890 --launch-permission 'Add=[{UserId=111122223333}]'"},
	{"modify-image-attribute", {"Make it public", "공개로 바꾸기"},
		"aws ec2 modify-image-attribute --image-id ami-0abcdef1234567890 --launch-permission 'Add=[{Group=all}]'"},
	{"describe-image-attribute", {"Who may launch it", "누가 시작할 수 있는지"},
		"aws ec2 describe-image-attribute --image-id ami-0abcdef1234567890 --attribute launchPermission"},
	{"reset-image-attribute", {"Stop sharing", "공유 모두 거두기"},
		"aws ec2 reset-image-attribute --image-id ami-0abcdef1234567890 --attribute launchPermission"},
	{"enable-image-deprecation", {"Deprecate at a date", "날짜를 정해 사용 중단 예고"},
		"aws ec2 enable-image-deprecation --image-id ami-0abcdef1234567890 --deprecate-at 2030-01-01T00:00:00Z"},
	{"disable-image", {"Nobody can launch it any more", "더는 시작할 수 없게"},
		"aws ec2 disable-image --image-id ami-0abcdef1234567890"},
	{"restore-image-from-recycle-bin", {"Out of the Recycle Bin", "휴지통에서 되살리기"},
		"aws ec2 restore-image-from-recycle-bin --image-id ami-0abcdef1234567890"},
	{"run-instances", {"One instance of an image", "AMI로 인스턴스 하나 시작"},
		"aws ec2 run-instances --image-id ami-0abcdef1234567890 --instance-type t3.micro"},
	{"run-instances", {"Only a check whether it could work", "될지만 확인"},
		"aws ec2 run-instances --image-id ami-0abcdef1234567890 --instance-type t3.micro --dry-run"},
	{"run-instances",
		{"With a larger root volume and a script", "루트 볼륨을 키우고 스크립트를 주어"},
		"aws ec2 run-instances --image-id ami-0abcdef1234567890 --instance-type t3.micro --block-device-mappings 'DeviceName=/dev/xvda,Ebs={VolumeSize=20,VolumeType=gp3}' --user-data file://setup.sh"},
	{"describe-instances", {"Ids and states", "ID와 상태"},
		"aws ec2 describe-instances --query 'Reservations[].Instances[].[InstanceId,State.Name]' --output text"},
	{"stop-instances", {"Stop an instance", "인스턴스 중지"},
		"aws ec2 stop-instances --instance-ids i-0123456789abcdef0"},
	{"start-instances", {"Start it again", "다시 시작"},
		"aws ec2 start-instances --instance-ids i-0123456789abcdef0"},
	{"terminate-instances", {"Terminate an instance", "인스턴스 종료"},
		"aws ec2 terminate-instances --instance-ids i-0123456789abcdef0"},
	{"create-snapshot", {"A snapshot of a volume", "볼륨의 스냅샷"},
		"aws ec2 create-snapshot --volume-id vol-0123456789abcdef0 --description 'before upgrade'"},
	{"describe-snapshots", {"Your own snapshots", "내 스냅샷"},
		"aws ec2 describe-snapshots --owner-ids self"},
	{"copy-snapshot", {"To this Region, encrypted", "이 리전으로 암호화하여 복사"},
		"aws ec2 copy-snapshot --source-region us-east-1 --source-snapshot-id snap-0123456789abcdef0 --encrypted"},
	{"delete-snapshot", {"Fails while an image uses it", "AMI가 쓰는 동안에는 실패한다"},
		"aws ec2 delete-snapshot --snapshot-id snap-0123456789abcdef0"},
	{"create-volume", {"A volume of 8 GiB", "8 GiB 볼륨"},
		"aws ec2 create-volume --availability-zone us-east-1a --size 8 --volume-type gp3"},
	{"create-tags", {"Tag several resources", "여러 리소스에 태그 달기"},
		"aws ec2 create-tags --resources ami-0abcdef1234567890 snap-0123456789abcdef0 --tags Key=env,Value=prod"},
	{"create-key-pair", {"Keep the private key", "프라이빗 키 저장"},
		"aws ec2 create-key-pair --key-name my-key --query KeyMaterial --output text > my-key.pem"},
	{"create-launch-template", {"A template", "시작 템플릿"},
		"aws ec2 create-launch-template --launch-template-name web --launch-template-data '{\"ImageId\":\"ami-0abcdef1234567890\",\"InstanceType\":\"t3.micro\"}'"},
	{"authorize-security-group-ingress", {"Let SSH in", "SSH 허용"},
		"aws ec2 authorize-security-group-ingress --group-id sg-0123456789abcdef0 --protocol tcp --port 22 --cidr 203.0.113.0/24"},
	{"sts get-caller-identity", {"Who am I", "지금의 나는 누구인지"},
		"aws sts get-caller-identity"},
	{"ssm get-parameter", {"The newest Amazon Linux 2023", "최신 Amazon Linux 2023"},
		"aws ssm get-parameter --query Parameter.Value --output text --name /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"},
};

/* Whether an entry is of this operation: entries of ec2 leave the service out. */
static bool is_of(const char *entry, const char *service, const char *operation)
{
	size_t n = strlen(service);

	if (!strcmp(service, "ec2"))
		return !strcmp(entry, operation);
	return !strncmp(entry, service, n) && entry[n] == ' ' && !strcmp(entry + n + 1, operation);
}

bool help_examples(const struct help *h, const char *service, const char *operation)
{
	struct buf title = BUF_INIT;
	bool any = false;

	for (size_t i = 0; i < ARRAY_LEN(examples); i++) {
		if (!is_of(examples[i].operation, service, operation))
			continue;
		if (any)
			help_gap(h);
		any = true;
		buf_clear(&title);
		buf_addf(&title, "%s:", help_in(h, examples[i].what));
		help_text(h, 0, title.s);
		help_command(h, 1, examples[i].command);
	}
	buf_release(&title);
	return any;
}
