# The machines, and the one role they have. Nobody has a key to them: they are reached by Session Manager.

data "aws_caller_identity" "this" {}
data "aws_region" "this" {}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "this" {
  name               = var.name
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

locals {
  parameters = "arn:aws:ssm:${data.aws_region.this.name}:${data.aws_caller_identity.this.account_id}:parameter/${var.name}"
}

data "aws_iam_policy_document" "machines" {
  statement {
    sid       = "Files"
    actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]
    resources = ["${aws_s3_bucket.files.arn}/*"]
  }
  statement {
    sid       = "FilesListed"
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.files.arn]
  }
  statement {
    sid       = "Keys"
    actions   = ["ssm:GetParameter"]
    resources = ["${local.parameters}/*"]
  }
  statement {
    sid       = "DatabasePassword"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = ["arn:aws:secretsmanager:${data.aws_region.this.name}:${data.aws_caller_identity.this.account_id}:secret:rds!*"]
    condition {
      test     = "StringEquals"
      variable = "secretsmanager:ResourceTag/aws:rds:primaryDBInstanceArn"
      values   = [aws_db_instance.this.arn]
    }
  }
  statement {
    sid       = "Logs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.this.arn}:*"]
  }
  statement {
    sid       = "Figures"
    actions   = ["cloudwatch:PutMetricData"]
    resources = ["*"]
    condition {
      test     = "StringEquals"
      variable = "cloudwatch:namespace"
      values   = ["Upnext/${var.name}"]
    }
  }
}

resource "aws_iam_role_policy" "this" {
  name   = var.name
  role   = aws_iam_role.this.id
  policy = data.aws_iam_policy_document.machines.json
}

resource "aws_iam_role_policy_attachment" "session_manager" {
  role       = aws_iam_role.this.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_iam_instance_profile" "this" {
  name = var.name
  role = aws_iam_role.this.name
}

locals {
  bootstrap = templatefile("${path.module}/bootstrap.sh.tftpl", {
    name           = var.name
    region         = data.aws_region.this.name
    image          = var.image
    host_name      = var.host_name
    database_host  = aws_db_instance.this.address
    secret_arn     = try(aws_db_instance.this.master_user_secret[0].secret_arn, "")
    redis_host     = try(aws_elasticache_replication_group.this[0].primary_endpoint_address, "")
    bucket         = aws_s3_bucket.files.bucket
    log_group      = aws_cloudwatch_log_group.this.name
    trusted_proxy  = var.production ? var.network : "127.0.0.1"
    published_port = var.production ? 8080 : 80
  })
}

resource "aws_launch_template" "this" {
  name                   = var.name
  image_id               = var.machine_image
  instance_type          = var.machine_type
  update_default_version = true
  user_data              = base64encode(local.bootstrap)
  iam_instance_profile {
    arn = aws_iam_instance_profile.this.arn
  }
  network_interfaces {
    associate_public_ip_address = true
    security_groups             = [aws_security_group.machines.id]
    delete_on_termination       = true
  }
  # Only by a session of its own, and not through a container's bridge more than once.
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 2
  }
  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      volume_size = 20
      volume_type = "gp3"
      encrypted   = true
    }
  }
  monitoring {
    enabled = true
  }
  tag_specifications {
    resource_type = "instance"
    tags          = { Name = var.name }
  }
}

# --- staging: one machine ------------------------------------------------------------------------

resource "aws_instance" "this" {
  count     = var.production ? 0 : 1
  subnet_id = aws_subnet.public[0].id
  launch_template {
    id      = aws_launch_template.this.id
    version = aws_launch_template.this.latest_version
  }
  tags = { Name = var.name }
  # The template has it, and a new version of that replaces the machine.
  lifecycle {
    ignore_changes = [user_data]
  }
}

resource "aws_eip" "this" {
  count    = var.production ? 0 : 1
  domain   = "vpc"
  instance = aws_instance.this[0].id
  tags     = { Name = var.name }
}

# --- production: a balanced group ----------------------------------------------------------------

resource "aws_lb" "this" {
  count                      = var.production ? 1 : 0
  name                       = var.name
  load_balancer_type         = "application"
  subnets                    = aws_subnet.public[*].id
  security_groups            = [aws_security_group.edge.id]
  drop_invalid_header_fields = true
  enable_deletion_protection = true
  idle_timeout               = 75
}

resource "aws_lb_target_group" "this" {
  count                = var.production ? 1 : 0
  name                 = var.name
  port                 = 8080
  protocol             = "HTTP"
  vpc_id               = aws_vpc.this.id
  deregistration_delay = 60
  health_check {
    path                = "/health/ready"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
}

resource "aws_lb_listener" "https" {
  count             = var.production ? 1 : 0
  load_balancer_arn = aws_lb.this[0].arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = var.certificate_arn
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this[0].arn
  }
  lifecycle {
    precondition {
      condition     = var.certificate_arn != null
      error_message = "Production needs certificate_arn: the balancer speaks HTTPS."
    }
  }
}

resource "aws_lb_listener" "http" {
  count             = var.production ? 1 : 0
  load_balancer_arn = aws_lb.this[0].arn
  port              = 80
  protocol          = "HTTP"
  default_action {
    type = "redirect"
    redirect {
      port        = "443"
      protocol    = "HTTPS"
      status_code = "HTTP_301"
    }
  }
}

resource "aws_autoscaling_group" "this" {
  count                     = var.production ? 1 : 0
  name                      = var.name
  min_size                  = var.machines.least
  desired_capacity          = var.machines.usual
  max_size                  = var.machines.most
  vpc_zone_identifier       = aws_subnet.public[*].id
  target_group_arns         = [aws_lb_target_group.this[0].arn]
  health_check_type         = "ELB"
  health_check_grace_period = 300
  wait_for_capacity_timeout = "0"
  launch_template {
    id      = aws_launch_template.this.id
    version = aws_launch_template.this.latest_version
  }
  # A new image replaces the machines one after the other, and goes back by itself.
  instance_refresh {
    strategy = "Rolling"
    preferences {
      min_healthy_percentage = 100
      auto_rollback          = true
    }
  }
  tag {
    key                 = "Name"
    value               = var.name
    propagate_at_launch = true
  }
}

resource "aws_autoscaling_policy" "cpu" {
  count                  = var.production ? 1 : 0
  name                   = "${var.name}-cpu"
  autoscaling_group_name = aws_autoscaling_group.this[0].name
  policy_type            = "TargetTrackingScaling"
  target_tracking_configuration {
    target_value = 60
    predefined_metric_specification {
      predefined_metric_type = "ASGAverageCPUUtilization"
    }
  }
}
