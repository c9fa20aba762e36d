//! A secret for each chart and each session, that can be destroyed with it.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

use crate::tables::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

const OWNERS: [(&str, &str, &str); 2] =
    [("client_keys", "client_id", "clients"), ("encounter_keys", "encounter_id", "encounters")];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // PostgreSQL's own random bytes are in no function but this: 244 of the 256 bits.
        let random = match manager.get_database_backend() {
            DbBackend::Postgres => "uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())",
            _ => "randomblob(32)",
        };
        for (name, owner, owners) in OWNERS {
            manager
                .create_table(
                    table(name)
                        .col(uuid("practice_id"))
                        .col(uuid(owner))
                        .col(blob("secret"))
                        .primary_key(&mut key(&["practice_id", owner]))
                        .foreign_key(&mut belongs_to(owner, owners))
                        .to_owned(),
                )
                .await?;
            let fill = format!(
                "INSERT INTO {name} (practice_id, {owner}, secret) SELECT practice_id, id, {random} FROM {owners}"
            );
            manager.get_connection().execute_unprepared(&fill).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, ..) in OWNERS {
            manager.drop_table(drop_table(name)).await?;
        }
        Ok(())
    }
}
