//! Second factors: codes by time, and codes for when the device with them is lost. They are a person's,
//! whatever practices they belong to. And what a person sees of their own sign-ins.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("totp_factors")
                    .col(uuid("user_id"))
                    .col(blob("secret"))
                    .col(timestamp_with_time_zone_null("confirmed_at"))
                    .col(big_integer("last_step"))
                    .col(timestamp_with_time_zone("created_at"))
                    .primary_key(&mut key(&["user_id"]))
                    .foreign_key(&mut of_user())
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                table("recovery_codes")
                    .col(uuid("user_id"))
                    .col(blob("code_hash"))
                    .col(timestamp_with_time_zone_null("used_at"))
                    .col(timestamp_with_time_zone("created_at"))
                    .primary_key(&mut key(&["user_id", "code_hash"]))
                    .foreign_key(&mut of_user())
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                table("session_uses")
                    .col(uuid("session_id"))
                    .col(uuid("practice_id"))
                    .col(timestamp_with_time_zone("used_at"))
                    .primary_key(&mut key(&["session_id"]))
                    .foreign_key(&mut in_practice())
                    .foreign_key(&mut belongs_to("session_id", "auth_sessions"))
                    .to_owned(),
            )
            .await?;
        for column in [
            timestamp_with_time_zone_null("second_factor_at"),
            text("device").default("").take(),
            text("network").default("").take(),
        ] {
            manager.alter_table(sessions().add_column(column).to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["network", "device", "second_factor_at"] {
            manager.alter_table(sessions().drop_column(Alias::new(column)).to_owned()).await?;
        }
        manager.drop_table(drop_table("session_uses")).await?;
        manager.drop_table(drop_table("recovery_codes")).await?;
        manager.drop_table(drop_table("totp_factors")).await
    }
}

fn sessions() -> TableAlterStatement {
    Table::alter().table(Alias::new("auth_sessions")).to_owned()
}
