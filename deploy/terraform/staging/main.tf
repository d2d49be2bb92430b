terraform {
  required_version = ">= 1.6"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.60"
    }
  }
  # Where the state lies is each owner's own matter: terraform init -backend-config=backend.hcl, after
  # adding `backend "s3" {}` here in a file of your own (backend_override.tf).
}

provider "aws" {
  region = var.region
  default_tags {
    tags = { Application = "upnext", Environment = "staging" }
  }
}

variable "region" {
  type    = string
  default = "eu-central-1"
}

variable "image" {
  type = string
}

variable "host_name" {
  type = string
}

variable "alarm_email" {
  type = string
}

variable "machine_image" {
  type = string
}

variable "with_redis" {
  type    = bool
  default = true
}

module "upnext" {
  source        = "../module"
  name          = "upnext-staging"
  production    = false
  image         = var.image
  host_name     = var.host_name
  alarm_email   = var.alarm_email
  machine_image = var.machine_image
  with_redis    = var.with_redis
  zones         = ["${var.region}a", "${var.region}b"]
}

output "upnext" {
  value = module.upnext
}
