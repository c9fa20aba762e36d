//! Invitations into a practice, and leaving it.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("invitations")
                    .col(uuid("id"))
                    .col(uuid("practice_id"))
                    .col(text("role"))
                    .col(blob("email_index"))
                    .col(blob("email"))
                    .col(blob("token_hash"))
                    .col(uuid("mail_id"))
                    .col(uuid("invited_by"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("expires_at"))
                    .col(timestamp_with_time_zone_null("accepted_at"))
                    .col(timestamp_with_time_zone_null("revoked_at"))
                    .primary_key(&mut key(&["id"]))
                    .index(&mut unique(&["practice_id", "id"]))
                    .foreign_key(&mut in_practice())
                    .foreign_key(&mut belongs_to("mail_id", "mails"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("invitations", &["practice_id", "email_index"])).await?;
        manager
            .alter_table(
                Table::alter()
                    .table(Alias::new("memberships"))
                    .add_column(timestamp_with_time_zone_null("deactivated_at"))
                    .to_owned(),
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table(Alias::new("memberships"))
                    .drop_column(Alias::new("deactivated_at"))
                    .to_owned(),
            )
            .await?;
        manager.drop_table(drop_table("invitations")).await?;
        Ok(())
    }
}
