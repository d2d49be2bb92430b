# Both environments: a workspace of Terraform's each, so that their states never meet.
#
#   terraform init
#   terraform workspace select -or-create staging
#   terraform apply -var image=… -var host_name=… -var alarm_email=… -var machine_image=…

terraform {
  required_version = ">= 1.6"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.60"
    }
  }
  # Where the state lies is each owner's own matter: put `terraform { backend "s3" {} }` into a file of
  # your own (backend_override.tf), then terraform init -backend-config=backend.hcl.
}

provider "aws" {
  region = var.region
  default_tags {
    tags = { Application = "upnext", Environment = terraform.workspace }
  }
}

variable "region" {
  type    = string
  default = "eu-central-1"
}

variable "image" {
  description = "The container image, with its digest."
  type        = string
}

variable "host_name" {
  description = "Under which people reach it."
  type        = string
}

variable "alarm_email" {
  description = "Who is told of alarms."
  type        = string
}

variable "machine_image" {
  description = "AMI of Debian 12 or Amazon Linux 2023."
  type        = string
}

variable "certificate_arn" {
  description = "ACM certificate of the balancer; needed in production."
  type        = string
  default     = null
}

variable "with_redis" {
  description = "false leaves ElastiCache out."
  type        = bool
  default     = true
}

locals {
  environments = {
    staging = {
      production    = false
      machine_type  = "t3.small"
      database_type = "db.t4g.small"
      redis_type    = "cache.t4g.micro"
      log_days      = 30
    }
    production = {
      production    = true
      machine_type  = "t3.medium"
      database_type = "db.t4g.medium"
      redis_type    = "cache.t4g.small"
      log_days      = 90
    }
  }
  # In another workspace, such as the one that is there from the beginning, this fails.
  environment = local.environments[terraform.workspace]
}

module "upnext" {
  source          = "./module"
  name            = "upnext-${terraform.workspace}"
  production      = local.environment.production
  machine_type    = local.environment.machine_type
  database_type   = local.environment.database_type
  redis_type      = local.environment.redis_type
  log_days        = local.environment.log_days
  zones           = ["${var.region}a", "${var.region}b"]
  image           = var.image
  host_name       = var.host_name
  alarm_email     = var.alarm_email
  machine_image   = var.machine_image
  certificate_arn = var.certificate_arn
  with_redis      = var.with_redis
}

output "upnext" {
  value = module.upnext
}
