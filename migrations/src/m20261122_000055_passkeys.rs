//! Passkeys (WebAuthn), and the challenges that wait for an answer of one. They are a person's, whatever
//! practices they belong to.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("passkeys")
                    .col(uuid("id"))
                    .col(uuid("user_id"))
                    .col(blob("credential_id"))
                    .col(blob("name"))
                    .col(blob("credential"))
                    .col(big_integer("counter"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("last_used_at"))
                    .primary_key(&mut key(&["id"]))
                    .index(&mut unique(&["credential_id"]))
                    .foreign_key(&mut of_user())
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("passkeys", &["user_id"])).await?;
        manager
            .create_table(
                table("passkey_challenges")
                    .col(blob("challenge_hash"))
                    .col(text("purpose"))
                    .col(uuid("bound_to"))
                    .col(text("state"))
                    .col(timestamp_with_time_zone("expires_at"))
                    .primary_key(&mut key(&["challenge_hash"]))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(drop_table("passkey_challenges")).await?;
        manager.drop_table(drop_table("passkeys")).await
    }
}
