//! A practice's connections to whoever vouches for its people, with the e-mail domains that lead to them.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("sso_connections")
                    .col(uuid("id"))
                    .col(uuid("practice_id"))
                    .col(text("kind"))
                    .col(text("name"))
                    .col(text("issuer"))
                    .col(text("client_id"))
                    .col(blob_null("client_secret"))
                    .col(text_null("organization_id"))
                    .col(text_null("default_role"))
                    .col(text_null("groups_claim"))
                    .col(text("role_mapping"))
                    .col(boolean("sso_only"))
                    .col(boolean("vouched_by_owner"))
                    .col(timestamp_with_time_zone("created_at"))
                    .primary_key(&mut key(&["id"]))
                    .index(&mut unique(&["practice_id", "id"]))
                    .index(&mut unique(&["organization_id"]))
                    .foreign_key(&mut in_practice())
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                // A domain leads to one connection of the whole server.
                table("sso_domains")
                    .col(text("domain"))
                    .col(uuid("practice_id"))
                    .col(uuid("connection_id"))
                    .primary_key(&mut key(&["domain"]))
                    .foreign_key(&mut in_practice())
                    .foreign_key(&mut belongs_to("connection_id", "sso_connections"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("sso_domains", &["practice_id", "connection_id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(drop_table("sso_domains")).await?;
        manager.drop_table(drop_table("sso_connections")).await
    }
}
